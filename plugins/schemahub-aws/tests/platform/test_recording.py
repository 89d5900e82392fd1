"""What the proxy notes is what was asked: its words for operations, permissions and bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from recording_proxy import Record, recording

from schemahub_aws.s3.store import S3Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recording_proxy import Recorder

PART = 5 << 20


@pytest.fixture
def recorder(aws: str) -> Iterator[Recorder]:
    with recording(aws) as recorder:
        yield recorder


@pytest.fixture
def store(recorder: Recorder, bucket: str) -> S3Store:
    options = {"part_bytes": PART, "endpoint_url": recorder.url}
    return S3Store.open_url(f"s3://{bucket}/schemahub", options)


class Broken(io.BytesIO):
    """A stream that cannot be read to its end."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= 2 * PART:
            msg = "the disk is gone"
            raise OSError(msg)
        return super().read(size)


def operations(records: list[Record]) -> list[str]:
    return [record.asked.operation for record in records]


def test_objects(store: S3Store, recorder: Recorder, bucket: str) -> None:
    store.put_new("raw x/é", b"12345")
    store.get("raw x/é")
    list(store.list("raw x/", "raw x/a"))
    list(store.children("raw"))
    store.delete("raw x/é")
    put, got, listed, folders, deleted = recorder.take()
    assert [each.asked.place for each in (put, got, listed, folders, deleted)] == [bucket] * 5
    assert (put.asked.operation, put.asked.key, put.sent) == ("PutObject", "schemahub/raw x/é", 5)
    assert (got.asked.operation, got.received, got.status) == ("GetObject", 5, 200)
    assert (listed.asked.operation, listed.asked.key) == ("ListObjectsV2", "schemahub/raw x/")
    assert (folders.asked.permission, folders.asked.key) == ("s3:ListBucket", "schemahub/raw")
    assert deleted.asked.permission == "s3:DeleteObject"
    assert recorder.take() == []


def test_a_large_object(store: S3Store, recorder: Recorder) -> None:
    store.put_new("large", bytes(2 * PART + 1))
    found = recorder.take()
    parts = ["UploadPart"] * 3
    assert operations(found) == ["HeadObject", "CreateMultipartUpload", *parts, "CompleteMultipartUpload"]
    assert {record.asked.permission for record in found[1:]} == {"s3:PutObject"}
    assert sum(record.sent for record in found[2:5]) == 2 * PART + 1


def test_a_large_object_that_fails_half_way(store: S3Store, recorder: Recorder) -> None:
    with pytest.raises(OSError, match="the disk is gone"):
        store.put_new("large", Broken(bytes(3 * PART)))
    assert operations(recorder.take())[-2:] == ["UploadPart", "AbortMultipartUpload"]
