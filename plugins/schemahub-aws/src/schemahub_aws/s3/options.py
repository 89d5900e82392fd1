"""What the S3 store can be told."""

from __future__ import annotations

from pydantic import Field

from schemahub_aws.session import AwsOptions

_MIB = 1 << 20
_LEAST_PART = 5 * _MIB
_GREATEST_PART = 5120 * _MIB


class S3Options(AwsOptions):
    """`object_stores.s3` in the settings."""

    part_bytes: int = Field(default=16 * _MIB, ge=_LEAST_PART, le=_GREATEST_PART)
    """What is larger is uploaded in parts of this size; an upload holds two of them in memory. S3 takes
    10 000 parts, so 16 MiB reach to 156 GiB, and refuses parts below 5 MiB."""
    read_ahead_bytes: int = Field(default=8 * _MIB, ge=64 * 1024)
    """The most that is fetched at once while an object is read from beginning to end, and so what an open
    object holds in memory. At 100 MB/s a request's 30 ms are then a quarter of the time."""
    path_style: bool = False
    """Address buckets as `host/bucket` instead of `bucket.host`, for servers that know no other way."""
