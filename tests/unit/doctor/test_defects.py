"""Each planted defect is found, by its name, with what to do; and what is sound is called so."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub._doctor import environment, storage
from schemahub._seed import write_seed
from schemahub.builtin.file_store import FileStore
from schemahub.checkup import Standing
from schemahub.model import Product

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.doctor.conftest import Examine

    from schemahub.testing import FakeClock

OK, WARNING, PROBLEM = Standing.OK, Standing.WARNING, Standing.PROBLEM
WRITES = "conditional writes"


def test_a_sound_lake_and_exchange_have_nothing_wrong(
    examined: Examine, exchange_url: str, tmp_path: Path
) -> None:
    write_seed(schemahub.open(tmp_path).lake.store, "coinbase", [Product(id="A-B", base="A", quote="B")])
    before = list(tmp_path.glob("[!.]*/*"))
    found = examined(
        offline=False, lake=str(tmp_path), connectors__coinbase__base_url=exchange_url, table="parquet"
    )
    assert {finding.standing for finding in found.values() if finding.area != "environment"} == {OK}
    assert "reachable in" in found[exchange_url].found
    assert found["seed of coinbase"].found == "1 products to collect"
    assert found[WRITES].standing is OK
    assert list(tmp_path.glob("[!.]*/*")) == before


def test_a_wrong_clock(examined: Examine, exchange_url: str, slow_clock: FakeClock) -> None:
    found = examined(offline=False, clock=slow_clock, connectors__coinbase__base_url=exchange_url)
    clock = found["coinbase"]
    assert (clock.area, clock.standing) == ("clock", PROBLEM)
    assert "3,600 s behind" in clock.found or "3,599 s behind" in clock.found
    assert "NTP" in str(clock.hint)


def test_an_endpoint_that_nobody_serves(examined: Examine) -> None:
    url = "http://127.0.0.1:9"
    found = examined(offline=False, connectors__coinbase__base_url=url)
    assert found[url].standing is PROBLEM
    assert "connectors.coinbase.base_url" in str(found[url].hint)


def test_offline_asks_no_endpoint(examined: Examine) -> None:
    found = examined(offline=True, connectors__coinbase__base_url="http://127.0.0.1:9")
    assert not any(finding.area in {"network", "clock"} for finding in found.values())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a folder that nobody may")
def test_a_folder_that_nobody_may_write_to(examined: Examine, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir(mode=0o500)
    assert examined(lake=str(lake))["reading and writing"].standing is PROBLEM


def test_a_disk_that_is_read_only(examined: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "link", refuse)
    found = examined(lake=str(tmp_path))["reading and writing"]
    assert found.standing is PROBLEM
    assert "read-only" in found.found
    assert "permissions" in str(found.hint)


def test_a_full_disk(examined: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    left = storage.LEAST_FREE_BYTES - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=left))
    assert examined(lake=str(tmp_path))["disk"].standing is WARNING
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=left + 1))
    assert examined(lake=str(tmp_path))["disk"].standing is OK


def test_a_lake_that_is_not_there_is_not_made(examined: Examine, tmp_path: Path) -> None:
    lake = tmp_path / "a" / "lake"
    found = examined(lake=str(lake))[str(lake)]
    assert (found.standing, found.hint) == (WARNING, "schemahub update-seed makes it")
    assert not lake.parent.exists()


def test_a_store_that_ignores_conditions(
    examined: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overwrite(store: FileStore, key: str, data: bytes) -> bool:
        path = store.local_path(key)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return True

    monkeypatch.setattr(FileStore, "put_new", overwrite)
    found = examined(lake=str(tmp_path))[WRITES]
    assert found.standing is PROBLEM
    assert not list(tmp_path.rglob("*.json"))


def test_a_lake_without_a_seed(examined: Examine, tmp_path: Path) -> None:
    found = examined(lake=str(tmp_path))["seed of coinbase"]
    assert (found.standing, found.hint) == (WARNING, "schemahub update-seed --exchange coinbase")


def test_a_missing_extra(examined: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = environment.find_spec
    monkeypatch.setattr(environment, "find_spec", lambda name: None if name == "duckdb" else real(name))
    found = examined()
    assert found["extra sql"].standing is WARNING
    assert found["extra sql"].hint == "pip install 'schemahub[sql]'"
    assert found["extra parquet"].standing is OK


def test_a_wrong_connector_setting(examined: Examine) -> None:
    found = examined(connectors__coinbase__brust=3)
    assert found["exchange coinbase"].standing is PROBLEM
    assert "Did you mean 'burst'?" in found["exchange coinbase"].found


def test_an_exchange_without_a_plugin(examined: Examine) -> None:
    found = examined(exchange="coinbse")
    assert "Did you mean 'coinbase'?" in found["exchange coinbse"].found


def test_no_value_of_a_setting_is_shown(examined: Examine) -> None:
    found = examined(connectors__coinbase__api_secret="hunter2")  # noqa: S106 - it is what must not be shown
    assert "connectors.coinbase.api_secret" in found
    assert "hunter2" not in "".join(map(str, found.values()))


BROKEN = "[schemahub.connectors]\nbroken = doctor_broken\n"
CHECKUP = "[schemahub.checkups]\nthird = doctor_third\n"
FINDS = """
import schemahub
from schemahub.checkup import warning

@schemahub.hookimpl
def schemahub_checkup(asked):
    return [warning("credentials", "third", f"lake {asked.lake}, offline {asked.offline}", "Log in.")]
"""


def test_a_broken_plugin(examined: Examine, install: Callable[..., Path]) -> None:
    install("schemahub-broken", BROKEN, doctor_broken="raise RuntimeError('oh no')")
    found = examined()["connector broken"]
    assert found.standing is PROBLEM
    assert "oh no" in found.found
    assert "schemahub-broken" in str(found.hint)


def test_two_plugins_of_one_name(examined: Examine, install: Callable[..., Path]) -> None:
    install("schemahub-one", "[schemahub.connectors]\nbroken = schemahub_coinbase\n")
    install("schemahub-two", "[schemahub.connectors]\nbroken = schemahub_coinbase\n")
    assert "2 distributions" in examined()["connector broken"].found


def test_a_plugin_adds_what_it_finds(examined: Examine, install: Callable[..., Path]) -> None:
    install("schemahub-third", CHECKUP, doctor_third=FINDS)
    third = examined(lake="memory://x")["third"]
    assert (third.found, third.hint) == ("lake memory://x, offline True", "Log in.")


@pytest.mark.parametrize(
    "source",
    [FINDS.replace("return [", "return [1, "), FINDS.replace("return [", "raise OSError('x')\n    return [")],
)
def test_a_checkup_that_fails_is_a_finding_itself(
    examined: Examine, install: Callable[..., Path], source: str
) -> None:
    install("schemahub-third", CHECKUP, doctor_third=source)
    found = examined()["checkup third"]
    assert found.standing is PROBLEM
    assert "schemahub-third" in found.found
