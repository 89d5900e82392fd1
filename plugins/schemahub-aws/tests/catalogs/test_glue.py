"""What is registered in Glue, by whom, and what is refused."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any

import pytest
from lossy_proxy import Fate, lossy
from partitions import locations

import schemahub
from schemahub._clock import Stop
from schemahub.catalog import FRESH_SECONDS, LiveDay, LiveTable, Turn
from schemahub.errors import ConfigError, Conflict
from schemahub.layout import DayFolder
from schemahub.testing import CatalogConformance, FakeClock
from schemahub.transformer import UNIFIED_COLUMNS
from schemahub_aws import calls
from schemahub_aws.glue.catalog import GlueCatalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lossy_proxy import Plan
    from partitions import Client

    from schemahub.hub import Hub

LAKE = "s3://bucket/lake"


def state(generations: dict[str, int], version: int = 1, lake: str = LAKE) -> LiveTable:
    """Return a table with these days, each in its generation."""
    days = (
        LiveDay(folder=DayFolder(version, day, generation), files=())
        for day, generation in sorted(generations.items())
    )
    return LiveTable(lake=lake, version=version, days=tuple(days))


def days(count: int, generation: int = 1) -> dict[str, int]:
    return {f"20{20 + i // 336}-{1 + i % 336 // 28:02}-{1 + i % 28:02}": generation for i in range(count)}


def turn(clock: FakeClock | None = None, stop: Stop | None = None) -> Turn:
    return Turn(read_at=0.0, clock=clock or FakeClock(), stop=stop or Stop())


@pytest.fixture
def catalog(aws: str, unique: str) -> GlueCatalog:
    assert aws
    return GlueCatalog({"database": unique})


class TestConformance(CatalogConformance):
    lake = LAKE

    @pytest.fixture
    def catalog(self, aws: str, unique: str) -> GlueCatalog:
        assert aws
        return GlueCatalog({"database": unique})

    @pytest.fixture
    def places(self, glue: Client, unique: str) -> Callable[[], dict[str, str]]:
        return lambda: locations(glue, unique)


def requests_of(catalog: GlueCatalog) -> list[str]:
    """Return the operations that are sent from now on."""
    sent: list[str] = []
    catalog._glue._client().meta.events.register(
        "before-call.glue", lambda model, **_: sent.append(model.name)
    )
    return sent


def test_the_table_is_made_with_its_columns(catalog: GlueCatalog, glue: Client, unique: str) -> None:
    catalog.register(state({}), turn())
    found = glue.get_table(DatabaseName=unique, Name="trades")["Table"]
    kinds = {"string": "string", "double": "double", "timestamp[us, UTC]": "timestamp"}
    columns = [(one["Name"], one["Type"]) for one in found["StorageDescriptor"]["Columns"]]
    assert columns == [(name, kinds[kind]) for name, kind in UNIFIED_COLUMNS]
    assert found["PartitionKeys"] == [{"Name": "trade_date", "Type": "date"}]
    assert found["TableType"] == "EXTERNAL_TABLE"
    assert found["StorageDescriptor"]["Location"] == f"{LAKE}/unified_trades/v1/"
    assert "Parquet" in found["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"]
    assert locations(glue, unique) == {}


def test_a_hundred_partitions_a_request_and_none_the_second_time(
    catalog: GlueCatalog,
    glue: Client,
    unique: str,
) -> None:
    sent = requests_of(catalog)
    catalog.register(state(days(250)), turn())
    assert sent.count("BatchCreatePartition") == 3
    assert len(locations(glue, unique)) == 250
    sent.clear()
    catalog.register(state(days(250)), turn())
    assert sent == ["GetTable", "GetPartitions"]
    sent.clear()
    catalog.register(state(days(250, generation=2)), turn())
    assert sent.count("BatchUpdatePartition") == 3
    assert all(place.endswith("/g2/") for place in locations(glue, unique).values())


def test_a_new_version_keeps_what_people_wrote_beside_the_table(
    catalog: GlueCatalog,
    glue: Client,
    unique: str,
) -> None:
    catalog.register(state({"2024-01-01": 3, "2024-01-02": 1}), turn())
    described = glue.get_table(DatabaseName=unique, Name="trades")["Table"]
    kept = {name: described[name] for name in ("Name", "PartitionKeys", "StorageDescriptor", "Parameters")}
    glue.update_table(DatabaseName=unique, TableInput={**kept, "Description": "All trades."})
    catalog.register(state({"2024-01-01": 1, "2024-01-03": 1}, version=2), turn())
    found = glue.get_table(DatabaseName=unique, Name="trades")["Table"]
    assert (found["StorageDescriptor"]["Location"], found["Description"]) == (
        f"{LAKE}/unified_trades/v2/",
        "All trades.",
    )
    with pytest.raises(Conflict, match="newer version of the table"):
        catalog.register(state({"2024-01-01": 9}), turn())


def test_two_at_once_change_the_table_once(catalog: GlueCatalog, glue: Client, unique: str) -> None:
    catalog.register(state({}), turn())

    def rival(**_: object) -> None:
        events.unregister("before-call.glue.UpdateTable", rival)
        GlueCatalog({"database": unique}).register(state({}, version=2), turn())

    events = catalog._glue._client().meta.events
    events.register("before-call.glue.UpdateTable", rival)
    with pytest.raises(Conflict, match="somebody else changed the catalog"):
        catalog.register(state({}, version=2), turn())
    assert glue.get_table(DatabaseName=unique, Name="trades")["Table"]["VersionId"] == "2"


def test_two_at_once_make_a_partition_once(catalog: GlueCatalog, glue: Client, unique: str) -> None:
    def rival(**_: object) -> None:
        events.unregister("before-call.glue.BatchCreatePartition", rival)
        GlueCatalog({"database": unique}).register(state({"2024-01-01": 2}), turn())

    events = catalog._glue._client().meta.events
    events.register("before-call.glue.BatchCreatePartition", rival)
    with pytest.raises(Conflict, match="AlreadyExists"):
        catalog.register(state({"2024-01-01": 1}), turn())
    assert locations(glue, unique)["2024-01-01"].endswith("/g2/")


@pytest.mark.parametrize("seconds", [FRESH_SECONDS + 1])
def test_nothing_is_sent_once_the_state_is_old(
    catalog: GlueCatalog,
    glue: Client,
    unique: str,
    seconds: float,
) -> None:
    clock = FakeClock()
    catalog.register(state({"2024-01-01": 1}), turn(clock))
    events = catalog._glue._client().meta.events
    # Asleep after the request was made, and before it is signed.
    events.register("before-sign.glue.BatchUpdatePartition", lambda **_: clock.advance(seconds))
    with pytest.raises(Conflict, match="too old"):
        catalog.register(state({"2024-01-01": 2}), turn(clock))
    assert locations(glue, unique)["2024-01-01"].endswith("/g1/")


def test_another_lakes_table_is_left_alone(catalog: GlueCatalog, glue: Client, unique: str) -> None:
    catalog.register(state({"2024-01-01": 1}), turn())
    with pytest.raises(ConfigError, match=r"another table of this name .*catalogs\.glue\.table"):
        catalog.register(state({"2024-01-01": 2}, lake="s3://bucket/other"), turn())
    assert locations(glue, unique)["2024-01-01"].startswith(f"{LAKE}/")


def test_a_lake_on_this_machine_is_refused(catalog: GlueCatalog) -> None:
    with pytest.raises(ConfigError, match="lakes in S3 only"):
        catalog.register(state({}, lake="/some/folder"), turn())


def test_an_unknown_option_is_refused_with_its_place(bucket: str) -> None:
    hub = schemahub.open(f"s3://{bucket}/lake", overrides={"catalog": "glue", "catalogs.glue.databse": "x"})
    with pytest.raises(ConfigError, match=r"databse.*Did you mean 'database'"):
        hub.transform()


def test_two_runners_at_once(hub: Hub, glue: Client, unique: str) -> None:
    runners = [schemahub.open(hub.url, settings=hub.settings) for _ in range(2)]
    _together(*(runner.transform for runner in runners))
    _together(*(runner.compact for runner in runners))
    live = _live(hub)
    assert locations(glue, unique) == live
    assert all(place.endswith("/g2/") for place in live.values())


@pytest.fixture
def plan(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plan]:
    monkeypatch.setattr(calls, "_pause", lambda *_: 0.0)
    with lossy(aws) as plan:
        yield plan


WRITES = ("CreateTable", "BatchCreatePartition", "BatchUpdatePartition")


@pytest.mark.parametrize("lost", list(itertools.product(WRITES, (Fate.LOSE_REPLY, Fate.FAIL_AFTER))))
def test_whatever_becomes_of_a_reply_the_end_is_the_same(
    hub: Hub, plan: Plan, glue: Client, unique: str, lost: tuple[str, Fate]
) -> None:
    options = {
        "catalog": "glue",
        "catalogs.glue.database": unique,
        "catalogs.glue.endpoint_url": plan.url,
        "transform.rows_per_commit": 600,
    }
    runner = schemahub.open(hub.url, overrides=options, clock=FakeClock())
    operation, fate = lost
    plan.lose(fate, of=operation)
    assert runner.transform().complete
    assert runner.compact().complete
    assert plan.seen
    assert locations(glue, unique) == _live(hub)


def test_glue_out_of_reach_leaves_the_table_right_and_the_next_run_repairs_it(
    hub: Hub, glue: Client, unique: str
) -> None:
    away = {"catalogs.glue.endpoint_url": "http://127.0.0.1:1", "catalogs.glue.attempts": 1}
    options = {
        "catalog": "glue",
        "catalogs.glue.database": unique,
        "transform.rows_per_commit": 600,
    }
    slow = schemahub.open(hub.url, overrides={**options, **away}, clock=FakeClock())
    result = slow.transform()
    assert not result.complete
    assert "no answer after 1 attempts" in str(result)
    assert hub.verify().complete
    packed = slow.compact()
    assert (packed.complete, packed.document()["marked"]) == (False, 0)
    back = schemahub.open(hub.url, overrides=options)
    assert back.transform().complete
    assert all(place.endswith("/g2/") for place in locations(glue, unique).values())
    assert back.compact().document()["marked"] > 0


def _live(hub: Hub) -> dict[str, str]:
    files = hub.lake.table.snapshot().files
    return {file.trade_date: f"{hub.url}/{file.key.rpartition('/')[0]}/" for file in files}


def _together(*work: Callable[[], Any]) -> None:
    results: list[Any] = []
    threads = [threading.Thread(target=lambda one=one: results.append(one())) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [result.complete for result in results] == [True] * len(work), results
