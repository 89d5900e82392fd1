"""A lake that is sound at first, and the ways to make it sick."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
import pyarrow.parquet as pq
from partitions import locations

import schemahub
from schemahub.catalog import LiveTable
from schemahub.layout import StreamId
from schemahub_aws.glue.shapes import new_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.hub import Hub
    from schemahub.testing import SimulatedCoinbase

BTC = "BTC-USD"


@dataclass
class Patient:
    """One lake with the exchange that it is filled from."""

    bucket: str
    database: str
    exchange: SimulatedCoinbase
    url: str

    @cached_property
    def hub(self) -> Hub:
        overrides = {
            "catalog": "glue",
            "catalogs.glue.database": self.database,
            "ingest.batch_size": 100,
            "connectors.coinbase.base_url": self.url,
            "connectors.coinbase.requests_per_second": 10_000,
            "connectors.coinbase.burst": 10_000,
            "connectors.coinbase.settle_seconds": 0,
        }
        return schemahub.open(f"s3://{self.bucket}/schemahub", overrides=overrides)

    def ingest(self) -> None:
        self.hub.ingest(products=["BTC-USD", "ETH-USD"], since="30d")

    def transform(self) -> None:
        assert self.hub.transform().complete

    @contextmanager
    def without_a_batch(self) -> Iterator[None]:
        """Delete a raw object between others."""
        found = (each.name for each in self.hub.lake.raw.list(StreamId("coinbase", BTC)))
        names = sorted(found, key=lambda name: name.first)
        key = f"schemahub/{StreamId('coinbase', BTC).raw_prefix}{names[len(names) // 2]}"
        with self._put_back(key):
            self._s3.delete_object(Bucket=self.bucket, Key=key)
            yield

    @contextmanager
    def with_a_file_twice(self) -> Iterator[None]:
        """Put a file into a day's folder once more, under another name, as a careless copy does."""
        key = self._file()
        copy = f"{key.removesuffix('.parquet')}-copy.parquet"
        self._s3.copy_object(Bucket=self.bucket, Key=copy, CopySource={"Bucket": self.bucket, "Key": key})
        yield
        self._s3.delete_object(Bucket=self.bucket, Key=copy)

    @contextmanager
    def without_a_row(self) -> Iterator[None]:
        """Write a file of the table anew, without its last row."""
        key = self._file()
        with self._put_back(key) as data:
            table = pq.read_table(io.BytesIO(data))
            short = io.BytesIO()
            pq.write_table(table.slice(0, table.num_rows - 1), short)
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=short.getvalue())
            yield

    @contextmanager
    def _put_back(self, key: str) -> Iterator[bytes]:
        data: bytes = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        yield data
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=data)

    def show_to_athena(self) -> None:
        """Make a table of what Athena would read: all that lies in the folders of Glue's partitions.

        The server that stands in for Athena knows no partition's location, and reads all below the table's.
        """
        shown = f"{self.database}-shown"
        self._forget(shown)
        for day, location in locations(self._glue, self.database).items():
            prefix = location.removeprefix(f"s3://{self.bucket}/")
            for each in self._s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)["Contents"]:
                copy = f"shown/trade_date={day}/{each['Key'].rpartition('/')[2]}"
                source = {"Bucket": self.bucket, "Key": each["Key"]}
                self._s3.copy_object(Bucket=self.bucket, Key=copy, CopySource=source)
        self._glue.create_database(DatabaseInput={"Name": shown})
        live = LiveTable(lake=f"s3://{self.bucket}", version=1, days=())
        table = new_table("trades", live)
        table["StorageDescriptor"]["Location"] = f"s3://{self.bucket}/shown/"
        self._glue.create_table(DatabaseName=shown, TableInput=table)

    def _forget(self, shown: str) -> None:
        found = self._s3.list_objects_v2(Bucket=self.bucket, Prefix="shown/").get("Contents", [])
        for each in found:
            self._s3.delete_object(Bucket=self.bucket, Key=each["Key"])
        if found:
            self._glue.delete_table(DatabaseName=shown, Name="trades")
            self._glue.delete_database(Name=shown)

    def _file(self) -> str:
        """Return the key of a recent file of the table."""
        files = sorted(self.hub.lake.table.snapshot().files, key=lambda file: file.trade_date)
        return f"schemahub/{files[-3].key}"

    @cached_property
    def _glue(self) -> Any:  # noqa: ANN401 - as above
        return boto3.client("glue", region_name="eu-central-1")

    @cached_property
    def _s3(self) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
        return boto3.client("s3", region_name="eu-central-1")
