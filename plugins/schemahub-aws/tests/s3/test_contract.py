"""The S3 store, and all that stands on an object store, keep what they promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.lease_objects import LeaseObjects
from schemahub._lake.parquet_table import ParquetTable
from schemahub.testing import (
    CheckpointStoreConformance,
    LockProviderConformance,
    ObjectStoreConformance,
    TableConformance,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub_aws.s3.store import S3Store


class TestS3Store(ObjectStoreConformance):
    @pytest.fixture
    def new_store(self, new_store: Callable[[], S3Store]) -> Callable[[], S3Store]:
        return new_store


class TestCheckpoints(CheckpointStoreConformance):
    @pytest.fixture
    def checkpoints(self, store: S3Store) -> CheckpointObjects:
        return CheckpointObjects(store)


class TestLeases(LockProviderConformance):
    @pytest.fixture
    def locks(self, store: S3Store) -> LeaseObjects:
        return LeaseObjects(store)


class TestTable(TableConformance):
    @pytest.fixture
    def table(self, store: S3Store) -> ParquetTable:
        return ParquetTable(store)
