"""Where in S3 a lake lies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemahub.errors import ConfigError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_EXPRESS = "--x-s3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A bucket, and what every key in it begins with: nothing, or something that ends in a slash."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, url: str) -> Place:
        """Read `s3://bucket/some/prefix`; `ConfigError` if it is none."""
        scheme, _, rest = url.partition("://")
        bucket, _, path = rest.partition("/")
        segments = path.strip("/").split("/") if path.strip("/") else []
        if scheme != "s3" or not _BUCKET.fullmatch(bucket) or not all(map(_usable, segments)):
            msg = "not the URL of a lake in S3"
            raise ConfigError(msg, expected="s3://bucket/prefix", found=url)
        if bucket.endswith(_EXPRESS):
            msg = "a directory bucket lists its objects in no order, and a lake needs one"
            raise ConfigError(msg, expected="a general purpose bucket", found=bucket)
        return cls(bucket=bucket, prefix="".join(f"{segment}/" for segment in segments))

    def __str__(self) -> str:
        """Print as a URL."""
        return f"s3://{self.bucket}/{self.prefix}".removesuffix("/")

    def url_of(self, key: str) -> str:
        """Return an object's URL, for messages."""
        return f"s3://{self.bucket}/{self.prefix}{key}"


def _usable(segment: str) -> bool:
    return bool(segment) and not segment.startswith(".")
