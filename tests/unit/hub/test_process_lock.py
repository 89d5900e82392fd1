"""With `locks.process`, one run of a command at a time; without it, runs share the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub.errors import ConfigError, RetryableError
from schemahub.layout import process_lease_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.hub import Hub

OTHER = "elsewhere:1:abc"
PRODUCTS = ["BTC-USD"]


@pytest.fixture
def hub(tmp_path: Path) -> Callable[..., Hub]:
    def make(*, process: bool = True, **more: object) -> Hub:
        # Nothing listens there: what gets past the lock fails by product, and is no `RetryableError`.
        offline = {"connectors.coinbase.base_url": "http://127.0.0.1:9", "http.attempts": 1}
        return schemahub.open(tmp_path, overrides={"locks.process": process, **offline, **more})

    return make


def lock(hub: Hub, command: str, exchange: str | None = None) -> None:
    assert hub.lake.locks is not None
    name = process_lease_name(command, exchange)
    assert hub.lake.locks.acquire(name, OTHER, 3600, hub._clock.now_ns())


@pytest.mark.parametrize("command", ["transform", "compact"])
def test_a_second_run_of_a_lake_ends_at_once(hub: Callable[..., Hub], command: str) -> None:
    lock(hub(), command)
    with pytest.raises(RetryableError, match=f"another `{command}` is at work.*{OTHER}"):
        getattr(hub(), command)()
    other = {"transform": "compact", "compact": "transform"}[command]
    assert getattr(hub(), other)().complete
    assert getattr(hub(process=False), command)().complete
    assert getattr(hub(), command)(dry_run=True).complete


def test_a_second_run_of_an_exchange_ends_at_once(hub: Callable[..., Hub]) -> None:
    lock(hub(), "ingest", "coinbase")
    with pytest.raises(RetryableError, match=f"another `ingest` is at work.*{OTHER}"):
        hub().ingest(products=PRODUCTS)
    assert not hub(process=False).ingest(products=PRODUCTS).complete


def test_the_lock_of_another_exchange_is_another_lock(hub: Callable[..., Hub]) -> None:
    lock(hub(), "ingest", "kraken")
    assert not hub().ingest(products=PRODUCTS).complete


def test_a_run_gives_its_lock_back(hub: Callable[..., Hub]) -> None:
    first = hub()
    for _ in range(2):
        assert first.transform().complete
    assert first.lake.locks is not None
    assert first.lake.locks.holder(process_lease_name("transform")) is None


def test_a_lock_without_leases_is_a_mistake(hub: Callable[..., Hub]) -> None:
    with pytest.raises(ConfigError, match=r"locks\.process needs leases"):
        hub(**{"locks.provider": "none"}).transform()
