"""A real account, if somebody names a bucket of it; everything that the tests make there is deleted."""

from __future__ import annotations

import contextlib
import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET, TABLE, PREFIX = (f"SCHEMAHUB_AWS_LIVE_{name}" for name in ("BUCKET", "TABLE", "PREFIX"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Where the tests may write: below one prefix, and in a table under keys that begin with its URL."""

    bucket: str
    prefix: str
    table: str | None

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def why_not() -> str | None:
    """Return why there is no account to test with; None if there is one."""
    if not os.environ.get(BUCKET):
        return f"{BUCKET} names no bucket of a real account to test with"
    if boto3.session.Session().get_credentials() is None:
        return f"{BUCKET} is set, but boto3 finds no credentials"
    return None


@contextlib.contextmanager
def place() -> Iterator[Live]:
    """Return a place that nobody else uses; what is in it afterwards is deleted, whatever happened."""
    prefix = f"{os.environ.get(PREFIX) or 'schemahub-live'}/{uuid.uuid4().hex}"
    live = Live(bucket=os.environ[BUCKET], prefix=prefix, table=os.environ.get(TABLE) or None)
    with contextlib.ExitStack() as cleaning:
        # Each step is taken though another one fails.
        cleaning.callback(_forget_leases, live)
        cleaning.callback(_delete_objects, live)
        cleaning.callback(_give_up_uploads, live)
        yield live


def _client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
    region = os.environ.get("AWS_REGION") or None
    return boto3.client(service, region_name=region)


def _delete_objects(live: Live) -> None:
    s3 = _client("s3")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=live.bucket, Prefix=f"{live.prefix}/")
    for page in pages:
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        if objects:
            reply = s3.delete_objects(Bucket=live.bucket, Delete={"Objects": objects, "Quiet": True})
            assert not reply.get("Errors"), (
                f"delete what is left below {live.url} yourself: {reply['Errors'][0]}"
            )


def _give_up_uploads(live: Live) -> None:
    s3 = _client("s3")
    found = s3.list_multipart_uploads(Bucket=live.bucket, Prefix=f"{live.prefix}/")
    for upload in found.get("Uploads", []):
        s3.abort_multipart_upload(Bucket=live.bucket, Key=upload["Key"], UploadId=upload["UploadId"])


def _forget_leases(live: Live) -> None:
    if live.table is None:
        return
    db = _client("dynamodb")
    pages = db.get_paginator("scan").paginate(
        TableName=live.table,
        FilterExpression="begins_with(lock_key, :lake)",
        ExpressionAttributeValues={":lake": {"S": live.url}},
    )
    with contextlib.suppress(db.exceptions.ResourceNotFoundException):
        for page in pages:
            for item in page["Items"]:
                db.delete_item(TableName=live.table, Key={"lock_key": item["lock_key"]})
