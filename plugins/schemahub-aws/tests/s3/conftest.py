"""Buckets, and stores in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub_aws.s3.store import S3Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossy_proxy import Plan

PART = 5 << 20


@pytest.fixture
def new_store(bucket: str) -> Callable[[], S3Store]:
    """Return a maker of empty stores, each under a prefix of its own."""
    made = iter(range(1_000_000))
    return lambda: S3Store.open_url(f"s3://{bucket}/lake{next(made)}", {"part_bytes": PART})


@pytest.fixture
def store(new_store: Callable[[], S3Store]) -> S3Store:
    """Return an empty store."""
    return new_store()


@pytest.fixture
def lossy_store(plan: Plan, bucket: str) -> S3Store:
    """Return a store behind the proxy, at the same place as `rival`."""
    options = {"part_bytes": PART, "endpoint_url": plan.url, "attempts": 4}
    return S3Store.open_url(f"s3://{bucket}/lossy", options)


@pytest.fixture
def rival(bucket: str) -> S3Store:
    """Return a store at the same place, without a proxy."""
    return S3Store.open_url(f"s3://{bucket}/lossy", {})
