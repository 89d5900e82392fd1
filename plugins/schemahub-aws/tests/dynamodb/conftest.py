"""Tables of leases, and providers over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lossy_proxy import lossy

from schemahub.builtin.memory_store import MemoryStore
from schemahub_aws import calls
from schemahub_aws.dynamodb.locks import DynamoLocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossy_proxy import Plan

LAKE = "s3://bucket/schemahub"


@pytest.fixture
def locks(table: str) -> DynamoLocks:
    """Return a provider that has granted nothing."""
    return DynamoLocks.of_lake(LAKE, MemoryStore(), {"table": table})


@pytest.fixture
def plan(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plan]:
    """Return what to tell the proxy that `lossy_locks` talks to; retries do not rest."""
    monkeypatch.setattr(calls, "_pause", lambda *_: 0.0)
    with lossy(aws) as plan:
        yield plan


@pytest.fixture
def lossy_locks(table: str, plan: Plan) -> DynamoLocks:
    """Return a provider of the same lake as `locks`, behind the proxy."""
    options = {"table": table, "endpoint_url": plan.url, "attempts": 4}
    return DynamoLocks.of_lake(LAKE, MemoryStore(), options)
