"""Units on Dask's workers: the lake comes out as it does without them, also when a worker is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("distributed", reason="the executor needs Dask: pip install -e plugins/schemahub-dask")
pytest.importorskip("schemahub_coinbase", reason="trades come from a connector: schemahub-coinbase")
pytest.importorskip("schemahub_mapping", reason="rows come from a mapping: schemahub-mapping")

from dask_lake import PRODUCTS, SETTINGS, TRADES, on
from distributed import Client, LocalCluster

import schemahub
from schemahub.errors import ConfigError
from schemahub.events import BatchTransformed, PageRead, RequestSent

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub.events import Event
    from schemahub.hub import Hub
    from schemahub.testing import SimulatorServer

ALL = len(PRODUCTS) * TRADES


class Ears:
    """Hears what happens."""

    def __init__(self) -> None:
        self.heard: list[Event] = []

    def schemahub_event(self, event: Event) -> None:
        self.heard.append(event)


def rows(hub: Hub) -> list[tuple[object, ...]]:
    found = hub.trades(columns=["symbol", "trade_id", "price", "trade_ts", "ingest_ts"]).to_arrow()
    return sorted(tuple(row.values()) for row in found.to_pylist())


def test_a_transform_comes_out_as_without(hub: Hub, raw: Path, tmp_path: Path) -> None:
    assert hub.transform().complete
    here = schemahub.open(shutil.copytree(raw, tmp_path / "here"), overrides=SETTINGS)
    assert here.transform().complete
    assert rows(hub) == rows(here)
    assert hub.verify(deep=True).complete


def test_two_units_a_commit_for_two_workers(hub: Hub) -> None:
    result = hub.transform()
    assert (result.rows, result.commits) == (ALL, 5), "18 000 rows, 2 000 a unit"  # type: ignore[attr-defined]  # a TransformResult


def test_a_rebuild_and_a_compaction(hub: Hub) -> None:
    hub.transform()
    assert hub.transform(full=True).complete
    before = rows(hub)
    compacted = hub.compact()
    assert compacted.complete
    assert compacted.cost.bytes_written > 100_000  # type: ignore[attr-defined]  # a CompactResult
    assert rows(hub) == before
    assert not hub.compact().days  # type: ignore[attr-defined]  # a CompactResult


def test_observers_hear_what_happens_elsewhere(
    lake: Path, cluster: LocalCluster, exchange: SimulatorServer
) -> None:
    ears = Ears()
    schemahub.open(lake, settings=on(lake, cluster, exchange).settings, observers=[ears]).transform()
    assert sum(event.rows for event in ears.heard if isinstance(event, BatchTransformed)) == ALL


def test_a_backfill_is_complete_and_no_faster_than_one(
    tmp_path: Path, cluster: LocalCluster, exchange: SimulatorServer
) -> None:
    ears = Ears()
    settings = on(tmp_path / "new", cluster, exchange).settings
    hub = schemahub.open(tmp_path / "new", settings=settings, observers=[ears])
    result = hub.backfill(products=PRODUCTS, start="2000-01-01")
    assert (result.complete, result.trades) == (True, ALL)  # type: ignore[attr-defined]  # an IngestResult
    assert hub.verify().complete
    assert sum(event.trades for event in ears.heard if isinstance(event, PageRead)) >= ALL
    assert not [event for event in ears.heard if isinstance(event, RequestSent) and event.status == 429]


def test_a_worker_killed_in_the_middle_leaves_no_trace(
    lake: Path, cluster: LocalCluster, exchange: SimulatorServer
) -> None:
    killed: list[int] = []

    class Killer:
        def schemahub_event(self, event: Event) -> None:
            if isinstance(event, BatchTransformed) and not killed:
                with Client(cluster, set_as_default=False) as client:
                    killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

    hub = schemahub.open(lake, settings=on(lake, cluster, exchange).settings, observers=[Killer()])
    assert hub.transform().rows == ALL  # type: ignore[attr-defined]  # a TransformResult
    assert killed
    assert hub.verify(deep=True).complete


def test_a_scheduler_that_does_not_answer(lake: Path) -> None:
    settings = {
        "executor.name": "dask",
        "executor.address": "tcp://127.0.0.1:9",
        "executors.dask.connect_seconds": 0.3,
    }
    with pytest.raises(ConfigError, match=r"tcp://127.0.0.1:9: no Dask scheduler answers.*dask scheduler"):
        schemahub.open(lake, overrides=settings).transform()


def test_a_scheduler_without_workers(lake: Path) -> None:
    with LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0") as empty:
        settings = {
            "executor.name": "dask",
            "executor.address": empty.scheduler_address,
            "executors.dask.connect_seconds": 0.3,
        }
        with pytest.raises(ConfigError, match=r"the Dask scheduler has no worker.*dask worker tcp://"):
            schemahub.open(lake, overrides=settings).transform()


def test_a_lake_in_memory_is_seen_by_nobody_else(cluster: LocalCluster) -> None:
    settings = {"executor.name": "dask", "executor.address": cluster.scheduler_address}
    with pytest.raises(ConfigError, match=r"workers elsewhere, which do not see memory://x"):
        schemahub.open("memory://x", overrides=settings).transform()


def test_workers_are_started_for_a_command_and_end_with_it(lake: Path) -> None:
    command = [sys.executable, "-m", "schemahub.cli", "transform", "--lake", str(lake), "--json"]
    command += ["--executor", "dask", "--executor-workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own
    assert (done.returncode, done.stderr) == (0, "")
    assert f'"rows": {ALL}' in done.stdout
