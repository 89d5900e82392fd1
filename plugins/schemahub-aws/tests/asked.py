"""What a request over the wire asks of AWS: its operation, its object, and the permission that it takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PERMISSIONS = {
    "ListObjectsV2": "s3:ListBucket",
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteObject": "s3:DeleteObject",
}
"""S3's operations do not all have a permission of their own; DynamoDB's do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An operation, and what it is about: a bucket and a key (of a listing: its prefix), or a table."""

    operation: str
    place: str
    key: str = ""

    @property
    def permission(self) -> str:
        """Return the action that a policy has to allow."""
        return PERMISSIONS.get(self.operation) or f"dynamodb:{self.operation}"


def asked(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Asked:
    """Read a request as boto3 sends it, with the bucket in its path; an unknown one keeps its method."""
    action = headers.get("X-Amz-Target", "").rpartition(".")[2]
    if action:
        return Asked(operation=action, place=_table(body))
    parts = urlsplit(target)
    bucket, _, key = unquote(parts.path).removeprefix("/").partition("/")
    query = parse_qs(parts.query, keep_blank_values=True)
    if not key:
        is_listing = method == "GET" and query.get("list-type") == ["2"]
        prefix = query.get("prefix", [""])[0]
        return Asked(operation="ListObjectsV2" if is_listing else method, place=bucket, key=prefix)
    return Asked(operation=_object_operation(method, query), place=bucket, key=key)


def _object_operation(method: str, query: Mapping[str, object]) -> str:
    if "uploads" in query:
        return "CreateMultipartUpload"
    if "uploadId" in query:
        return {
            "PUT": "UploadPart",
            "POST": "CompleteMultipartUpload",
            "DELETE": "AbortMultipartUpload",
        }.get(method, method)
    return {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}.get(
        method, method
    )


def _table(body: bytes) -> str:
    return str(json.loads(body or b"{}").get("TableName", ""))
