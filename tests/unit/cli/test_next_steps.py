"""Whatever a person does wrong or meets, the line that says so names the next step."""

from __future__ import annotations

import errno
import os
import shlex
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import schemahub
from schemahub._clock import SystemClock
from schemahub._lease import LeaseKeeper
from schemahub._seed import write_seed
from schemahub.cli._group import cli
from schemahub.layout import process_lease_name
from schemahub.model import Product
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result as Outcome

LOCKS_OF_NONE = {"SCHEMAHUB_LOCKS__PROVIDER": "none", "SCHEMAHUB_LOCKS__PROCESS": "1"}
NOWHERE = "http://127.0.0.1:9"
"""Nobody listens there."""
UNLIMITED = {
    "SCHEMAHUB_CONNECTORS__COINBASE__REQUESTS_PER_SECOND": "10000",
    "SCHEMAHUB_CONNECTORS__COINBASE__BURST": "10000",
    "SCHEMAHUB_CONNECTORS__COINBASE__SETTLE_SECONDS": "0",
}


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SCHEMAHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("S3_BUCKET", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def exchange() -> SimulatedCoinbase:
    specs = [ProductSpec(id="BTC-USD", trades=2_000)]
    return SimulatedCoinbase(specs, knobs=Knobs(requests_per_second=0, max_age_seconds=0))


@pytest.fixture
def url(exchange: SimulatedCoinbase) -> Iterator[str]:
    with SimulatorServer(exchange) as server:
        yield server.url


def call(line: str, **environment: str) -> Outcome:
    return CliRunner().invoke(cli, shlex.split(line), env={**UNLIMITED, **environment})


@pytest.mark.parametrize(
    ("line", "environment", "code", "step"),
    [
        ("ingest", {}, 2, "--lake ./lake"),
        ("ingst", {}, 2, "Did you mean 'ingest'?"),
        ("ingest --lake lake --sicne 6h", {}, 2, "--since"),
        ("ingest --lake lake", {}, 2, "schemahub update-seed --exchange coinbase"),
        ("ingest --lake lake --exchange coinbse", {}, 2, "Did you mean 'coinbase'?"),
        ("ingest --lake lake --exchange okx", {}, 2, "pip install schemahub-okx"),
        ("ingest --lake lake --product BTC-USD --since 6x", {}, 2, "6h"),
        ("ingest --lake gs://bucket", {}, 2, "pip install schemahub-gs"),
        ("backfill --lake lake", {}, 2, "--start TIME"),
        ("backfill --lake lake --product A --start yesterday", {}, 2, "2026-01-31"),
        ("status --lake lake", {"SCHEMAHUB_INGEST__WORKRES": "3"}, 2, "Did you mean 'workers'?"),
        ("status --lake lake --config hub.yaml", {}, 2, "Check --config"),
        ("status --lake lake", {"SCHEMAHUB_TABLE": "parqet"}, 2, "Did you mean 'parquet'?"),
        ("status --lake lake --watch", {}, 2, "call status as often as you need it"),
        ("verify --lake lake", {}, 1, "next: schemahub update-seed, then schemahub ingest"),
        ("verify --lake lake --product BTC-USD", {}, 2, "`schemahub status` lists"),
        ("status --lake lake --quality", {}, 1, "next: schemahub update-seed, then schemahub ingest"),
        ("sql --lake lake --engine duckbd 'SELECT 1'", {}, 2, "Did you mean 'duckdb'?"),
        ("sql --lake lake 'SELECT * FROM trdes'", {}, 2, 'Did you mean "trades"?'),
        ("ddl --lake lake athena", {}, 2, "--location URL"),
        ("simulate coinbas", {}, 2, "Did you mean 'coinbase'?"),
        ("record coinbsae --product A", {}, 2, "Did you mean 'coinbase'?"),
        ("new connector coinbase", {}, 2, "choose another name"),
        ("transform --lake lake", LOCKS_OF_NONE, 2, "Unset"),
    ],
)
def test_a_mistake_names_the_next_step(line: str, environment: dict[str, str], code: int, step: str) -> None:
    outcome = call(line, **environment)
    assert outcome.exit_code == code, outcome.output
    assert step in outcome.stderr


def test_no_network() -> None:
    environment = {"SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": NOWHERE, "SCHEMAHUB_HTTP__ATTEMPTS": "1"}
    assert "`schemahub doctor` shows" in call("update-seed --lake lake", **environment).stderr
    outcome = call("ingest --lake lake --product BTC-USD", **environment)
    assert outcome.exit_code == 1
    assert outcome.stderr == "next: schemahub doctor\n"


def test_a_product_that_the_exchange_does_not_know(url: str) -> None:
    here = {"SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": url}
    assert "Did you mean BTC-USD?" in call("update-seed --lake lake --product BTC-UDS", **here).stderr
    assert call("update-seed --lake lake", **here).exit_code == 0
    outcome = call("ingest --lake lake --product BTC-UDS", **here)
    assert outcome.exit_code == 1
    assert "Did you mean BTC-USD?" in outcome.stdout


def test_holes_rows_and_gaps(url: str, exchange: SimulatedCoinbase) -> None:
    here = {"SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": url}
    exchange.log("BTC-USD").remove(range(700, 705))
    outcome = call("ingest --lake lake --product BTC-USD --since 2d", **here)
    assert outcome.stderr == "next: schemahub gaps --recheck\n"
    assert call("gaps --lake lake").stderr == "next: schemahub gaps --recheck\n"
    steps = call("verify --lake lake").stderr
    assert "next: schemahub gaps --recheck\n" in steps
    assert "next: schemahub transform\n" in steps
    assert "Did you mean BTC-USD?" in call("verify --lake lake --product BTC-UDS").stderr


def test_a_table_without_rows_is_told_where_a_query_finds_none() -> None:
    result = schemahub.open("lake").sql("SELECT * FROM trades")
    assert result.next_steps() == ("schemahub transform: the table has no rows yet",)
    assert schemahub.open("lake").sql("SELECT 1").next_steps() == ()


def test_rows_in_quarantine(tmp_path: Path, url: str) -> None:
    here = {"SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": url}
    call("ingest --lake lake --product BTC-USD --since 2d", SCHEMAHUB_INGEST__CODEC="none", **here)
    raw = next((tmp_path / "lake").glob("raw_*/*/*.jsonl"))
    raw.write_text(raw.read_text().replace('"price":"', '"price":"x', 1))
    result = schemahub.open("lake").transform()
    (step,) = result.next_steps()
    assert "quarantine/" in step
    assert "schemahub transform --full" in step


def test_another_run_has_the_lock() -> None:
    hub = schemahub.open("lake")
    assert hub.lake.locks is not None
    keeper = LeaseKeeper(hub.lake.locks, SystemClock())
    with keeper.hold(process_lease_name("transform")):
        outcome = call("transform --lake lake", SCHEMAHUB_LOCKS__PROCESS="1")
    assert outcome.exit_code == 1
    assert "Wait for it" in outcome.stderr


@pytest.mark.parametrize(
    ("code", "step"), [(errno.ENOSPC, "Free some space"), (errno.EROFS, "permissions of the folder")]
)
def test_a_disk_that_refuses(code: int, step: str, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    outcome = call("update-seed --lake lake", SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL=url)
    assert outcome.exit_code == 2
    assert step in outcome.stderr


def test_a_damaged_seed(tmp_path: Path) -> None:
    write_seed(schemahub.open("lake").lake.store, "coinbase", [Product(id="A-B", base="A", quote="B")])
    next((tmp_path / "lake").glob("seeds/*")).write_text("{")
    outcome = call("ingest --lake lake")
    assert outcome.exit_code == 1
    assert "schemahub update-seed" in outcome.stderr
