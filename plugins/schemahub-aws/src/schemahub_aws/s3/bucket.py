"""The requests that a lake makes to its bucket, each repeated until it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemahub.errors import NotFound
from schemahub_aws.calls import Calls
from schemahub_aws.failures import Refused, Service
from schemahub_aws.session import LazyClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub_aws.s3.options import S3Options
    from schemahub_aws.s3.place import Place

NONCE = "schemahub-put"
"""The metadata by which a put knows its own object: `x-amz-meta-schemahub-put`."""
MISSING = frozenset({"NoSuchKey", "404"})
_OUT_OF_RANGE = "InvalidRange"
_CHANGED = "PreconditionFailed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is known of an object without its content."""

    version: str
    size: int
    nonce: str | None


class Bucket:
    """One bucket and prefix; keys are the lake's."""

    def __init__(self, place: Place, options: S3Options) -> None:
        """Keep both; the client is made at the first request."""
        self.place = place
        style = {"addressing_style": "path"} if options.path_style else None
        self.calls = Calls(_service(place), LazyClient("s3", options, attempts=1, s3=style), options)

    def at(self, key: str) -> dict[str, str]:
        """Return the parameters that name an object."""
        return {"Bucket": self.place.bucket, "Key": f"{self.place.prefix}{key}"}

    def head(self, key: str) -> Head | None:
        """Return what is known of an object; None if there is none."""
        at = self.at(key)
        try:
            found = self.calls(lambda s3: s3.head_object(**at), self.place.url_of(key), MISSING)
        except Refused:
            return None
        nonce = found.get("Metadata", {}).get(NONCE)
        return Head(version=found["ETag"], size=found["ContentLength"], nonce=nonce)

    def pages(self, prefix: str, **more: str) -> Iterator[dict[str, Any]]:
        """List, a reply of up to 1000 keys or folders at a time; `more` is asked for beside the prefix."""
        asked = {"Bucket": self.place.bucket, "Prefix": f"{self.place.prefix}{prefix}", **more}
        while True:
            page = self.calls(lambda s3: s3.list_objects_v2(**asked), str(self.place))
            yield page
            token = page.get("NextContinuationToken")
            if not page.get("IsTruncated") or not token:
                return
            asked["ContinuationToken"] = token

    def delete(self, key: str) -> None:
        """Delete an object, or nothing if there is none."""
        at = self.at(key)
        self.calls(lambda s3: s3.delete_object(**at), self.place.url_of(key))

    def not_found(self, key: str) -> NotFound:
        """Return the error of an object that is not there."""
        return NotFound("no such object", where=self.place.url_of(key))


def _service(place: Place) -> Service:
    return Service(
        permissions="s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and"
        " s3:AbortMultipartUpload on its objects",
        missing=("NoSuchBucket",),
        make=f"Create the bucket: aws s3 mb s3://{place.bucket}",
    )
