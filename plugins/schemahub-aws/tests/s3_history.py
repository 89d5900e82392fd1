"""All that ever happened to a lake in S3, from a bucket that keeps every version of every object."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

import schemahub
from schemahub.codec import decompressed
from schemahub.layout import RawName, StreamId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub.testing import SimulatedCoinbase

PREFIX = "schemahub/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an object."""

    key: str
    id: str
    etag: str


class LakeHistory:
    """What is in `s3://{bucket}/schemahub`, and was; read with boto3, and with none of the project's I/O."""

    def __init__(self, bucket: str) -> None:
        """Make a client of its own, and have the bucket keep what is replaced and deleted."""
        self.bucket = bucket
        self.url = f"s3://{bucket}/{PREFIX.rstrip('/')}"
        self._s3 = boto3.client("s3", region_name="eu-central-1")
        self._s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    def versions(self, under: str) -> dict[str, list[Version]]:
        """Return the versions of each object, oldest first; keys are the lake's."""
        found: dict[str, list[Version]] = defaultdict(list)
        pages = self._s3.get_paginator("list_object_versions").paginate
        for page in pages(Bucket=self.bucket, Prefix=f"{PREFIX}{under}"):
            for each in page.get("Versions", []):
                key = each["Key"].removeprefix(PREFIX)
                found[key].insert(0, Version(key=key, id=each["VersionId"], etag=each["ETag"]))
        return dict(found)

    def content(self, version: Version) -> bytes:
        """Return the bytes of one version."""
        at = {"Bucket": self.bucket, "Key": f"{PREFIX}{version.key}", "VersionId": version.id}
        body: bytes = self._s3.get_object(**at)["Body"].read()
        return body

    def raw(self, product: str) -> dict[RawName, Version]:
        """Return a product's raw objects in order of ids."""
        found = self.versions(StreamId("coinbase", product).raw_prefix)
        names = {RawName.parse(key.rpartition("/")[2]): versions[0] for key, versions in found.items()}
        return dict(sorted(names.items(), key=lambda item: item[0].first))

    def raw_lines(self, product: str) -> list[bytes]:
        """Return every line stored of a product; one that is there twice is twice in the list."""
        lines: list[bytes] = []
        for name, version in self.raw(product).items():
            with decompressed(name.codec, io.BytesIO(self.content(version))) as stream:
                stored = stream.read().splitlines()
            assert len(stored) == name.count
            lines += stored
        return lines

    def checkpoints(self, product: str) -> list[dict[str, Any]]:
        """Return every checkpoint that a product ever had, oldest first."""
        key = StreamId("coinbase", product).checkpoint_key
        return [json.loads(self.content(version)) for version in self.versions(key).get(key, [])]

    def watermarks(self, product: str) -> list[int]:
        """Return the positions of a product's watermark, in the order in which they were saved."""
        marks = [document["watermark"] for document in self.checkpoints(product)]
        return [mark["position"] for mark in marks if mark]

    def assert_nothing_overwritten(self) -> None:
        """Raw objects and data files were written once; only documents are ever replaced (R6)."""
        data = {key: found for key, found in self.versions("").items() if not key.endswith(".json")}
        assert data
        assert [found for found in data.values() if len(found) > 1] == []

    def assert_raw_is(self, exchange: SimulatedCoinbase, products: Iterable[str]) -> None:
        """Each trade once, in its own bytes, never overwritten; no watermark moved back (R1, R3, R6)."""
        self.assert_nothing_overwritten()
        for product in products:
            stored, there = self.raw_lines(product), exchange.lines(product)
            # Ids first: a wrong set of thousands is told in a line.
            assert ids(stored) == ids(there), product
            assert stored == there, product
            marks = self.watermarks(product)
            assert marks == sorted(marks), product
            assert marks[-1] == ids(there)[-1], product

    def assert_table_is(self, exchange: SimulatedCoinbase, products: Iterable[str]) -> None:
        """Each trade of raw once in the table (R2)."""
        rows = schemahub.open(self.url).trades(columns=["symbol", "trade_id"]).to_arrow().to_pylist()
        found = sorted((row["symbol"], int(row["trade_id"])) for row in rows)
        expected = [(product, number) for product in products for number in ids(exchange.lines(product))]
        assert found == sorted(expected)


def ids(lines: Iterable[bytes]) -> list[int]:
    """Return the ids of lines."""
    return [json.loads(line)["trade_id"] for line in lines]
