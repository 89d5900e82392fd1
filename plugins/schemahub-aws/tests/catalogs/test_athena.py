"""Queries in Athena: types, pages, cost, errors, waits and stops; and the statements of `ddl athena`."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner
from partitions import locations

import schemahub
from schemahub._clock import Stop
from schemahub.cli._group import cli
from schemahub.errors import Cancelled, ConfigError, PermanentError, RetryableError
from schemahub.query_engine import QueryPlace
from schemahub.testing import FakeClock
from schemahub_aws.athena.cost import dollars
from schemahub_aws.athena.engine import AthenaEngine
from schemahub_aws.athena.values import batch_of, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from partitions import Client

    from schemahub.hub import Hub

PLAIN = "SELECT 1 AS one"


class FixedAthena:
    """Answers as Athena does, with the states that a test gives; keeps what it was asked."""

    def __init__(self, *states: dict[str, Any]) -> None:
        self._states: Iterator[dict[str, Any]] = iter(states)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def start_query_execution(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever is asked
        self.asked.append(("start", asked))
        return {"QueryExecutionId": "q-1"}

    def get_query_execution(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever is asked
        self.asked.append(("look", asked))
        return {"QueryExecution": {"Status": next(self._states), "StatementType": "DML"}}

    def stop_query_execution(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever is asked
        self.asked.append(("stop", asked))
        return {}

    def get_query_results(self, NextToken: str = "0", **_: Any) -> dict[str, Any]:  # noqa: ANN401, N803 - boto3's spelling
        page = int(NextToken)
        rows = [["n"]] if page == 0 else []
        rows += [[str(page * 2 + i)] for i in range(2)]
        told = {
            "ResultSet": {
                "Rows": [{"Data": [{"VarCharValue": text} for text in row]} for row in rows],
                "ResultSetMetadata": {"ColumnInfo": [{"Name": "n", "Type": "bigint"}]},
            }
        }
        return told if page == 2 else {**told, "NextToken": str(page + 1)}

    @property
    def operations(self) -> list[str]:
        return [name for name, _ in self.asked]


def engine(client: FixedAthena, stop: Stop | None = None, **options: object) -> AthenaEngine:
    """Return an engine that talks to a fixed Athena, and waits by a clock that moves by itself."""
    hub = schemahub.open("memory://athena")
    place = QueryPlace(
        lake="s3://b/l", table=hub.lake.table, store=hub.lake.store, clock=FakeClock(), stop=stop or Stop()
    )
    made = AthenaEngine(place, options)
    made._calls._client = lambda: client  # type: ignore[assignment]  # in place of boto3's
    return made


RUNNING, DONE = {"State": "RUNNING"}, {"State": "SUCCEEDED"}


class TestWaiting:
    def test_all_pages_make_one_answer(self) -> None:
        client = FixedAthena({"State": "QUEUED"}, RUNNING, DONE)
        answer = engine(client).run("SELECT n FROM t;\n")
        assert answer.rows.to_pydict() == {"n": [0, 1, 2, 3, 4, 5]}  # type: ignore[union-attr]  # a table
        assert client.operations == ["start", "look", "look", "look"]
        assert client.asked[0][1]["QueryString"] == "SELECT n FROM t"

    def test_a_wait_ends_and_the_query_with_it(self) -> None:
        client = FixedAthena(*[RUNNING] * 100)
        with pytest.raises(ConfigError, match=r"query q-1: the query took longer than 1m .*timeout"):
            engine(client, timeout="1m").run(PLAIN)
        assert 20 < client.operations.count("look") < 40
        assert client.operations[-1] == "stop"

    def test_a_stop_stops_the_query(self) -> None:
        stop = Stop()
        client = FixedAthena(RUNNING, RUNNING)
        stopping = client.get_query_execution

        def look(**asked: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever is asked
            stop.set("Ctrl-C")
            return stopping(**asked)

        client.get_query_execution = look  # type: ignore[method-assign]  # Ctrl-C in the middle
        with pytest.raises(Cancelled, match="Ctrl-C"):
            engine(client, stop).run(PLAIN)
        assert client.operations == ["start", "look", "stop"]

    def test_an_interrupt_in_a_notebook_stops_it_too(self) -> None:
        def interrupted() -> Iterator[dict[str, Any]]:
            yield RUNNING
            raise KeyboardInterrupt

        client = FixedAthena()
        client._states = interrupted()
        with pytest.raises(KeyboardInterrupt):
            engine(client).run(PLAIN)
        assert client.operations[-1] == "stop"

    def test_what_ended_the_wait_is_told_though_stopping_fails(self) -> None:
        client = FixedAthena(*[RUNNING] * 100)

        def refuse(**_: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever is asked
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "StopQueryExecution")

        client.stop_query_execution = refuse  # type: ignore[method-assign]  # a role that may not
        with pytest.raises(ConfigError, match="took longer than 1m"):
            engine(client, timeout="1m").run(PLAIN)

    @pytest.mark.parametrize(
        ("status", "kind", "text"),
        [
            ({"State": "FAILED", "StateChangeReason": "COLUMN_NOT_FOUND:\n x"}, ConfigError, "NOT_FOUND: x"),
            ({"State": "CANCELLED"}, PermanentError, "somebody stopped"),
            ({"State": "FAILED", "AthenaError": {"Retryable": True}}, RetryableError, "could not run"),
            ({"State": "FAILED", "AthenaError": {"ErrorCategory": 1}}, RetryableError, "could not run"),
        ],
    )
    def test_a_failure_says_which_query(self, status: dict[str, Any], kind: type, text: str) -> None:
        with pytest.raises(kind, match=text) as caught:
            engine(FixedAthena(status)).run(PLAIN)
        assert str(caught.value).startswith("Athena query q-1: ")
        assert "\n" not in str(caught.value)


class TestValues:
    def test_types_are_those_of_the_columns(self) -> None:
        kinds = [
            ("bigint", "9007199254740993", 9007199254740993),
            ("integer", "-7", -7),
            ("double", "1.0E-8", 1e-8),
            ("boolean", "true", True),
            ("varchar", "", ""),
            ("date", "2024-02-29", dt.date(2024, 2, 29)),
            ("decimal(38,2)", "12.30", Decimal("12.30")),
            ("timestamp", "2024-01-01 00:00:00.123", dt.datetime(2024, 1, 1, 0, 0, 0, 123_000, dt.UTC)),
            ("timestamp(6)", "2024-01-01 00:00:00.123456", dt.datetime(2024, 1, 1, 0, 0, 0, 123_456, dt.UTC)),
            (
                "timestamp with time zone",
                "2024-01-01 01:00:00.000 UTC",
                dt.datetime(2024, 1, 1, 1, tzinfo=dt.UTC),
            ),
            (
                "timestamp with time zone",
                "2024-01-01 01:00:00.000 Europe/Berlin",
                dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
            ),
            ("array", "[1, 2]", "[1, 2]"),
        ]
        schema = schema_of(
            [
                {"Name": str(i), "Type": kind, "Precision": 38, "Scale": 2}
                for i, (kind, _, _) in enumerate(kinds)
            ]
        )
        batch = batch_of([[text for _, text, _ in kinds], [None] * len(kinds)], schema)
        first, second = batch.to_pylist()
        assert list(first.values()) == [value for _, _, value in kinds]
        assert set(second.values()) == {None}

    def test_not_a_number_and_no_rows(self) -> None:
        schema = schema_of([{"Name": "x", "Type": "double"}, {"Name": "t", "Type": "timestamp"}])
        values = batch_of([["NaN", None], ["Infinity", None]], schema)["x"].to_pylist()
        assert math.isnan(values[0])
        assert values[1] == math.inf
        assert batch_of([], schema).num_rows == 0

    @pytest.mark.parametrize(
        ("kind", "scanned", "expected"),
        [("DML", 1 << 40, 5.0), ("DML", 1, 5.0 * 10 / (1 << 20)), ("DDL", 1 << 40, 0.0)],
    )
    def test_what_it_costs(self, kind: str, scanned: int, expected: float) -> None:
        execution = {"StatementType": kind, "Statistics": {"DataScannedInBytes": scanned}}
        assert dollars(execution, 5.0) == pytest.approx(expected)


class TestOnAServer:
    def test_the_answer_says_what_it_cost(self, hub: Hub) -> None:
        hub.transform()
        result = hub.sql("SELECT 'it''s' AS text, NULL AS nothing, DATE '2024-01-01' AS day", engine="athena")
        assert result.rows == (("it's", None, dt.date(2024, 1, 1)),)
        assert [name for name, _ in result.figures] == ["bytes scanned", "US dollars", "seconds", "query"]
        assert "1 row; bytes scanned" in str(result)
        assert result.document()["figures"]["query"]

    def test_more_than_a_page(self, hub: Hub) -> None:
        hub.transform()
        result = hub.sql("SELECT * FROM range(2500) AS t(n) ORDER BY n", engine="athena")
        assert [row[0] for row in result.rows] == list(range(2_500))

    def test_a_mistake_is_one_sentence_with_the_query(self, hub: Hub) -> None:
        with pytest.raises(ConfigError, match=r"^Athena query [0-9a-f-]{36}: the query failed: .*nowhere"):
            hub.sql("SELECT * FROM nowhere", engine="athena")

    def test_results_must_go_somewhere(self, aws: str) -> None:
        assert aws
        with pytest.raises(ConfigError, match="No output location"):
            schemahub.open("memory://nowhere").sql(PLAIN, engine="athena")

    def test_an_unknown_engine_is_refused(self) -> None:
        with pytest.raises(ConfigError, match="Did you mean 'athena'"):
            schemahub.open("memory://nowhere").sql(PLAIN, engine="athene")

    def test_the_command(
        self, bucket: str, settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("database", "output_location"):
            value = str(settings[f"query_engines.athena.{name}"])
            monkeypatch.setenv(f"SCHEMAHUB_QUERY_ENGINES__ATHENA__{name.upper()}", value)
        lake = ["--lake", f"s3://{bucket}/lake", "--engine", "athena"]
        asked = CliRunner().invoke(cli, ["sql", *lake, "SELECT 7 AS n", "--json"])
        document = json.loads(asked.stdout)
        assert (asked.exit_code, document["rows"], document["columns"]) == (0, [[7]], ["n"])
        assert document["figures"]["bytes scanned"] >= 0
        csv = CliRunner().invoke(cli, ["sql", *lake, "SELECT 7 AS n", "--format", "csv"])
        assert csv.stdout == "n\n7\n"
        assert "bytes scanned" in csv.stderr
        wrong = CliRunner().invoke(cli, ["sql", *lake, "SELEC"])
        assert wrong.exit_code == 2
        assert wrong.stderr.startswith("error: Athena query ")


class TestStatements:
    def test_the_table_of_the_ddl_is_the_one_that_the_catalog_makes(
        self, hub: Hub, glue: Client, unique: str
    ) -> None:
        hub.transform()
        made = glue.get_table(DatabaseName=unique, Name="trades")["Table"]
        glue.delete_table(DatabaseName=unique, Name="trades")
        create, *others = hub.ddl("athena").statements
        assert hub.sql(create, engine="athena").rows == ()
        found = glue.get_table(DatabaseName=unique, Name="trades")["Table"]
        for name in ("Columns", "InputFormat", "OutputFormat"):
            assert found["StorageDescriptor"][name] == made["StorageDescriptor"][name]
        assert (found["PartitionKeys"], found["TableType"]) == (made["PartitionKeys"], made["TableType"])
        # Athena adds partitions by ALTER TABLE; the server that stands in for it cannot, and says so.
        for statement in others:
            with pytest.raises(ConfigError, match="the query failed"):
                hub.sql(statement, engine="athena")
        # The catalog takes over a table that was made by hand, and its partitions where they are.
        assert hub.transform().complete
        assert len(locations(glue, unique)) == 3

    def test_the_workgroup_may_say_where_results_go(self, aws: str, bucket: str, unique: str) -> None:
        athena = boto3.client("athena", region_name="eu-central-1", endpoint_url=aws)
        told = {"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/elsewhere/"}}
        athena.create_work_group(Name=unique, Configuration=told)
        hub = schemahub.open("memory://nowhere", overrides={"query_engines.athena.workgroup": unique})
        assert hub.sql("SELECT 3 AS n", engine="athena").rows == ((3,),)
