"""Conditional puts that know their own object, whole or in parts."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING

from schemahub.errors import Conflict, RetryableError, SchemahubError
from schemahub_aws.failures import Refused
from schemahub_aws.s3.bucket import MISSING, NONCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub_aws.s3.bucket import Bucket

_REFUSED = frozenset({"PreconditionFailed", "412"})
_GONE = frozenset({"NoSuchUpload"})
_OVERTAKEN = _REFUSED | _GONE | {"ConditionalRequestConflict"}


def put_new(bucket: Bucket, key: str, data: bytes) -> bool:
    """Store unless the key exists; return whether this call stored it.

    If a reply was lost and a repeated request is refused, the object itself says whose it is.
    """
    nonce = uuid.uuid4().hex
    at = {**bucket.at(key), "Metadata": {NONCE: nonce}}
    try:
        bucket.calls(
            lambda s3: s3.put_object(**at, Body=data, IfNoneMatch="*"), bucket.place.url_of(key), _REFUSED
        )
    except Refused as refused:
        return refused.doubtful and _is_own(bucket, key, nonce)
    return True


def put_if(bucket: Bucket, key: str, data: bytes, version: str | None) -> str:
    """Replace `version` and return the new one; `Conflict` if another version is stored.

    `RetryableError` if a reply was lost and somebody else's object is there now: it may have replaced
    this call's, or kept it out.
    """
    nonce = uuid.uuid4().hex
    condition = {"IfNoneMatch": "*"} if version is None else {"IfMatch": version}
    at = {**bucket.at(key), "Metadata": {NONCE: nonce}, **condition}
    url = bucket.place.url_of(key)
    try:
        reply = bucket.calls(lambda s3: s3.put_object(**at, Body=data), url, _REFUSED | MISSING)
    except Refused as refused:
        found = bucket.head(key)
        if found is not None and found.nonce == nonce:
            return found.version
        seen = f"version {found.version}" if found else "no object"
        if refused.doubtful:
            msg = "a reply was lost, and it cannot be told any more what it was"
            raise RetryableError(msg, where=url, found=seen) from refused
        expected = f"version {version}" if version else "no object"
        msg = "somebody else wrote first"
        raise Conflict(msg, where=url, expected=expected, found=seen) from refused
    version_now: str = reply["ETag"]
    return version_now


def put_new_in_parts(bucket: Bucket, key: str, parts: Iterator[bytes]) -> bool:
    """Store parts as one object unless the key exists, holding one part in memory at a time.

    The object appears when the last request completes it, whole or not at all. Whatever fails, the parts
    are given up; if that fails too, the bucket's rule for incomplete uploads has to do it.
    """
    if bucket.head(key) is not None:
        return False
    nonce = uuid.uuid4().hex
    at, url = bucket.at(key), bucket.place.url_of(key)
    made = bucket.calls(lambda s3: s3.create_multipart_upload(**at, Metadata={NONCE: nonce}), url)
    upload = {**at, "UploadId": made["UploadId"]}
    with _given_up_unless_done(bucket, upload, url) as done:
        tags = []
        for number, part in enumerate(parts, 1):
            tags.append(_put_part(bucket, {**upload, "PartNumber": number, "Body": part}, url))
        whole = {**upload, "MultipartUpload": {"Parts": tags}, "IfNoneMatch": "*"}
        try:
            bucket.calls(lambda s3: s3.complete_multipart_upload(**whole), url, _OVERTAKEN)
        except Refused as refused:
            return _after_refusal(bucket, key, nonce, refused)
        done.append(True)
    return True


def _put_part(bucket: Bucket, part: dict[str, object], url: str) -> dict[str, object]:
    try:
        reply = bucket.calls(lambda s3: s3.upload_part(**part), url, _GONE)
    except Refused as refused:
        msg = "the upload was given up by somebody else, such as the bucket's rule for incomplete ones"
        raise RetryableError(msg, where=url) from refused
    return {"PartNumber": part["PartNumber"], "ETag": reply["ETag"]}


def _after_refusal(bucket: Bucket, key: str, nonce: str, refused: Refused) -> bool:
    found = bucket.head(key)
    if found is None and refused.code not in _REFUSED:
        msg = "the upload was interrupted by another one of the same object"
        raise RetryableError(msg, where=bucket.place.url_of(key), found=refused.code) from refused
    return found is not None and found.nonce == nonce


def _is_own(bucket: Bucket, key: str, nonce: str) -> bool:
    found = bucket.head(key)
    return found is not None and found.nonce == nonce


@contextlib.contextmanager
def _given_up_unless_done(bucket: Bucket, upload: dict[str, str], url: str) -> Iterator[list[bool]]:
    done: list[bool] = []
    try:
        yield done
    finally:
        if not done:
            with contextlib.suppress(SchemahubError, Refused):
                bucket.calls(lambda s3: s3.abort_multipart_upload(**upload), url, _GONE)
