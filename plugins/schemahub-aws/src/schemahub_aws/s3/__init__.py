"""The object store named `s3`: a lake in a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub import hookimpl

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore


@hookimpl
def schemahub_object_store() -> type[ObjectStore]:
    """Return the class behind `s3://bucket/prefix`."""
    from schemahub_aws.s3.store import S3Store

    return S3Store
