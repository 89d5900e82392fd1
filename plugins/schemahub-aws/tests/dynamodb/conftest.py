"""Tables of leases, and providers over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.builtin.memory_store import MemoryStore
from schemahub_aws.dynamodb.locks import DynamoLocks

if TYPE_CHECKING:
    from lossy_proxy import Plan

LAKE = "s3://bucket/schemahub"


@pytest.fixture
def locks(table: str) -> DynamoLocks:
    """Return a provider that has granted nothing."""
    return DynamoLocks.of_lake(LAKE, MemoryStore(), {"table": table})


@pytest.fixture
def lossy_locks(table: str, plan: Plan) -> DynamoLocks:
    """Return a provider of the same lake as `locks`, behind the proxy."""
    options = {"table": table, "endpoint_url": plan.url, "attempts": 4}
    return DynamoLocks.of_lake(LAKE, MemoryStore(), options)
