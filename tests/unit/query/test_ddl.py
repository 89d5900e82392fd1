"""Statements for other engines: DuckDB's are run, the others read by a parser of their dialects."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from tests.unit.query.made import DAY_US, Row, commit

import schemahub
from schemahub._query.ddl import DIALECTS, ddl
from schemahub._query.dialects.place import Place
from schemahub._query.dialects.snowflake import snowflake
from schemahub._query.sql import run_sql
from schemahub.builtin.file_store import FileStore
from schemahub.cli.ddl import command
from schemahub.errors import ConfigError
from schemahub.table import DataFile, Snapshot
from schemahub.transformer import UNIFIED_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub.hub import Hub

URL = "cloud://bucket/some/lake"
FILES = [[Row(trade_id=str(day), at_us=day * DAY_US)] for day in range(3)]


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    commit(FileStore(tmp_path / "lake"), FILES)
    return schemahub.open(tmp_path / "lake")


@pytest.fixture
def moved(hub: Hub) -> Hub:
    """A lake whose second day was compacted into its second generation."""
    table = hub.lake.table
    base = table.snapshot()
    second = base.files[1]
    again = dataclasses.replace(base, generations={second.trade_date: 2})
    file = table.write(again, second.trade_date, _rows(hub, second), "compacted")
    table.commit(base, dataclasses.replace(again, files=(base.files[0], file, base.files[2])))
    return hub


def _rows(hub: Hub, file: DataFile) -> object:
    return hub.trades(start=file.trade_date, end=f"{file.trade_date}T23:59:59Z").to_arrow()


def without_comment(statement: str) -> str:
    comment, _, rest = statement.partition("\n")
    assert comment.startswith("-- ")
    return rest


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_statement_says_what_it_does(hub: Hub, dialect: str) -> None:
    found = hub.ddl(dialect, location=URL)
    assert all(statement.startswith("-- ") and statement.endswith(";") for statement in found.statements)
    assert str(found) == "\n\n".join(found.statements)
    assert found.complete
    assert f"for {dialect}" in found.headline()


class TestDuckDB:
    def test_it_runs_and_answers_as_the_hub_does(self, moved: Hub) -> None:
        with duckdb.connect() as session:
            for statement in moved.ddl("duckdb").statements:
                session.execute(statement)
            for query in (
                "SELECT trade_id, epoch_us(trade_ts), trade_date FROM trades ORDER BY 1",
                "SELECT open, close, trades FROM ohlcv('BTC-USD', '1 day')",
                "SELECT vwap FROM vwap('BTC-USD', '1 week', '2024-01-02')",
            ):
                expected = run_sql(query, moved.lake.table, moved.lake.store).rows
                assert session.execute(query).fetchall() == list(expected)

    def test_as_one_script_in_a_database_on_disk_it_lasts(self, hub: Hub, tmp_path: Path) -> None:
        with duckdb.connect(str(tmp_path / "trades.db")) as session:
            session.execute(str(hub.ddl("duckdb")))
        with duckdb.connect(str(tmp_path / "trades.db"), read_only=True) as session:
            assert session.execute("SELECT count(*) FROM trades").fetchall() == [(3,)]
            assert len(session.execute("SELECT open FROM ohlcv('BTC-USD', '1 day')").fetchall()) == 3

    def test_it_may_be_run_again(self, hub: Hub) -> None:
        with duckdb.connect() as session:
            for _ in range(2):
                session.execute(str(hub.ddl("duckdb")))

    def test_an_empty_table_has_its_columns(self, tmp_path: Path) -> None:
        with duckdb.connect() as session:
            session.execute(str(schemahub.open(tmp_path / "new").ddl("duckdb")))
            assert session.execute("SELECT count(*) FROM trades").fetchall() == [(0,)]

    def test_elsewhere_it_names_urls(self, hub: Hub) -> None:
        found = str(hub.ddl("duckdb", location=f"{URL}/"))
        assert found.count(f"'{URL}/unified_trades/v1/trade_date=2024-01-0") == 3


class TestAthena:
    def test_the_table_has_the_columns_and_the_day(self, hub: Hub) -> None:
        parsed = sqlglot.parse_one(hub.ddl("athena", location=URL).statements[0], dialect="athena")
        assert isinstance(parsed, exp.Create)
        columns = {column.name: column.kind.sql("hive").lower() for column in parsed.find_all(exp.ColumnDef)}
        kinds = {"string": "string", "double": "double", "timestamp[us, UTC]": "timestamp"}
        assert columns == {**{name: kinds[kind] for name, kind in UNIFIED_COLUMNS}, "trade_date": "date"}
        assert parsed.find(exp.LocationProperty).this.name == f"{URL}/unified_trades/v1/"
        assert parsed.find(exp.ExternalProperty)

    def test_each_day_points_at_its_live_folder(self, moved: Hub) -> None:
        _, added, *rest = moved.ddl("athena", location=URL).statements
        pattern = r"PARTITION \(`trade_date` = '(.*?)'\) (?:SET )?LOCATION '(.*?)'"
        root = f"{URL}/unified_trades/v1"
        assert re.findall(pattern, added) == [
            ("2024-01-01", f"{root}/trade_date=2024-01-01/g1/"),
            ("2024-01-02", f"{root}/trade_date=2024-01-02/g2/"),
            ("2024-01-03", f"{root}/trade_date=2024-01-03/g1/"),
        ]
        # Only what lies elsewhere than at first is pointed at again.
        assert [re.findall(pattern, one) for one in rest] == [
            [("2024-01-02", f"{root}/trade_date=2024-01-02/g2/")]
        ]
        assert all("SET LOCATION" in one for one in rest)

    def test_every_statement_is_athenas(self, moved: Hub) -> None:
        create, add, *rest = moved.ddl("athena", location=URL).statements
        for statement in (create, *rest):
            parsed = sqlglot.parse_one(statement, dialect="athena")
            assert isinstance(parsed, (exp.Create, exp.Alter)), statement
        # The parser knows one partition only; Athena's manual has as many as one likes.
        part = r"\s+PARTITION \(`trade_date` = '[\d-]{10}'\) LOCATION '[^']+/'"
        assert re.fullmatch(rf"--.*\nALTER TABLE `trades` ADD IF NOT EXISTS({part})+;", add)

    def test_a_statement_is_never_longer_than_athena_takes(self) -> None:
        files = tuple(
            DataFile(
                key=f"unified_trades/v1/trade_date=20{i:06d}/g10/x",
                trade_date=f"20{i:06d}",
                rows=1,
                bytes=1,
                symbols=(),
            )
            for i in range(1_000)
        )
        place = Place(location=f"cloud://{'b' * 63}/{'p' * 500}", snapshot=Snapshot(files=files))
        statements = DIALECTS["athena"](place)
        assert max(len(one.encode()) for one in statements) < 262_144
        assert sum(one.count("PARTITION (") for one in statements if "ADD IF NOT" in one) == 1_000

    def test_after_a_rebuild_every_day_is_pointed_at_again(self, hub: Hub) -> None:
        table = hub.lake.table.successor()
        base = table.snapshot()
        file = table.write(base, "2024-01-01", hub.trades(end="2024-01-02").to_arrow(), "b")
        table.commit(base, dataclasses.replace(base, files=(file,)))
        place = Place(location=URL, snapshot=table.snapshot())
        assert [
            f"{URL}/unified_trades/v2/trade_date=2024-01-01/g1/" in one for one in DIALECTS["athena"](place)
        ] == [
            False,
            True,
            True,
        ]


class TestSnowflake:
    def test_it_loads_exactly_the_live_files(self, moved: Hub) -> None:
        found = [one for one in moved.ddl("snowflake", location=URL).statements if "COPY INTO" in one]
        keys = [file.key for file in moved.lake.table.snapshot().files]
        assert re.findall(r"'(unified_trades/.*?)'", "".join(found)) == sorted(keys)
        assert any("/g2/" in key for key in keys)

    def test_types_keep_the_moment(self, hub: Hub) -> None:
        table = next(
            one for one in hub.ddl("snowflake", location=URL).statements if "CREATE OR REPLACE TABLE" in one
        )
        parsed = sqlglot.parse_one(table, dialect="snowflake")
        columns = {column.name: column.kind.sql("snowflake") for column in parsed.find_all(exp.ColumnDef)}
        kinds = {"string": "VARCHAR", "double": "DOUBLE", "timestamp[us, UTC]": "TIMESTAMPLTZ(6)"}
        assert columns == {name: kinds[kind] for name, kind in UNIFIED_COLUMNS}

    def test_every_statement_is_snowflakes(self, moved: Hub) -> None:
        known = (exp.Create, exp.Copy, exp.Alter, exp.Drop)
        for statement in moved.ddl("snowflake", location=URL).statements:
            parsed = sqlglot.parse_one(statement, dialect="snowflake")
            assert isinstance(parsed, known), statement

    def test_one_copy_names_a_thousand_files_at_most(self) -> None:
        files = tuple(
            DataFile(key=f"unified_trades/v1/{i:05d}", trade_date="2024-01-01", rows=2, bytes=1, symbols=())
            for i in range(2_345)
        )
        statements = snowflake(Place(location=URL, snapshot=Snapshot(files=files)))
        copies = [one for one in statements if "COPY INTO" in one]
        assert [one.count("unified_trades/") for one in copies] == [1000, 1000, 345]
        assert "-- Files 2001 to 2345 of 2345." in copies[2]
        named = re.findall(r"'unified_trades/v1/(\d+)'", "".join(copies))
        assert named == [f"{i:05d}" for i in range(2_345)]
        assert any("4,690" in one for one in statements)


def test_the_lakes_own_url_is_where_others_find_it() -> None:
    hub = schemahub.open("memory://ddl-lake?option=1")
    assert "URL = 'memory://ddl-lake/'" in str(hub.ddl("snowflake"))


@pytest.mark.parametrize("dialect", ["athena", "snowflake"])
@pytest.mark.parametrize("location", [None, "/some/folder", "file:///some/folder"])
def test_a_folder_of_this_machine_is_no_place_for_an_engine_elsewhere(
    hub: Hub, dialect: str, location: str | None
) -> None:
    with pytest.raises(ConfigError, match=r"cannot read a folder of this machine.*--location"):
        hub.ddl(dialect, location=location)


def test_an_unknown_dialect_is_refused(hub: Hub) -> None:
    with pytest.raises(ConfigError, match="expected athena, snowflake, duckdb, found 'oracle'"):
        ddl("oracle", hub.lake)


def test_the_command_knows_the_same_dialects() -> None:
    choice = next(parameter for parameter in command.params if parameter.name == "dialect").type
    assert list(choice.choices) == list(DIALECTS)  # type: ignore[attr-defined]  # it is a choice


def test_a_quote_in_a_path_stays_in_it(tmp_path: Path) -> None:
    commit(FileStore(tmp_path / "o'lake"), FILES)
    with duckdb.connect() as session:
        session.execute(str(schemahub.open(tmp_path / "o'lake").ddl("duckdb")))
        assert session.execute("SELECT count(*) FROM trades").fetchall() == [(3,)]
