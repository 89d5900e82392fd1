"""What every command prints with `--json`, held against the schema that `schemahub schema` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from schemahub.cli._commands import COMMANDS
from schemahub.cli._group import cli
from schemahub.cli._schemas import RESULTS, schema_of
from schemahub.cli.simulate import announce
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

jsonschema = pytest.importorskip("jsonschema")
pytest.importorskip("duckdb")
BTC = "BTC-USD"
WITHOUT = {"demo", "completion", "schema"}
"""Commands that print no document: a show, a script, a schema."""


class World:
    """A lake, an exchange, and the command line in this process."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {
            "SCHEMAHUB_LAKE": str(folder / "lake"),
            "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": url,
            "SCHEMAHUB_CONNECTORS__COINBASE__REQUESTS_PER_SECOND": "10000",
            "SCHEMAHUB_CONNECTORS__COINBASE__BURST": "10000",
            "SCHEMAHUB_CONNECTORS__COINBASE__SETTLE_SECONDS": "0",
        }

    def run(self, *words: str, code: int = 0, **environment: str) -> Any:  # noqa: ANN401 - JSON
        """Run a command; its one document fits the schema of the command."""
        outcome = CliRunner().invoke(cli, [*words, "--json"], env={**self.environment, **environment})
        assert outcome.exit_code == code, outcome.output
        document = json.loads(outcome.stdout)
        jsonschema.Draft202012Validator(schema_of(words[0])).validate(document)
        assert list(document)[:3] == ["command", "complete", "headline"]
        assert document["complete"] is (code == 0)
        return document


@pytest.fixture
def exchange() -> SimulatedCoinbase:
    specs = [ProductSpec(id=BTC, trades=3_000), ProductSpec(id="ETH-USD", trades=500)]
    return SimulatedCoinbase(specs, knobs=Knobs(requests_per_second=0, max_age_seconds=0))


@pytest.fixture
def world(tmp_path: Path, exchange: SimulatedCoinbase, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("SCHEMAHUB_CONFIG", "S3_BUCKET", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    with SimulatorServer(exchange) as server:
        yield World(tmp_path, server.url)


def test_a_lakes_whole_life(world: World) -> None:
    assert world.run("update-seed")["next"] == ["schemahub ingest --exchange coinbase"]
    world.run("ingest", "--since", "2d", "--dry-run")
    world.run("ingest", "--since", "2d")
    world.run("backfill", "--start", "2020-01-01", "--dry-run")
    world.run("backfill", "--start", "2020-01-01")
    world.run("transform", "--dry-run")
    world.run("transform")
    world.run("compact", "--dry-run")
    world.run("compact")
    world.run("verify", "--deep")
    world.run("gaps")
    world.run("gaps", "--recheck")
    world.run("status")
    world.run("status", "--by-day")
    world.run("status", "--quality")
    assert world.run("sql", "SELECT count(*) AS n, max(trade_ts) FROM trades")["rows"][0][0] == 3_500
    world.run("ddl", "duckdb")
    assert world.run("doctor")["command"] == "doctor"


def test_what_needs_no_lake(world: World) -> None:
    world.run("plugins", "--check")
    world.run("version")
    document = world.run("new", "connector", "acme", "--into", str(world.folder))
    assert document["command"] == "new connector"
    url = world.environment["SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL"]
    world.run("record", "coinbase", "--product", BTC, "--base-url", url, "--out", str(world.folder))


def test_a_simulated_exchange_announces_itself(
    exchange: SimulatedCoinbase, capsys: pytest.CaptureFixture[str]
) -> None:
    with SimulatorServer(exchange) as server:
        announce(server, as_json=True)
    document = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(schema_of("simulate")).validate(document)
    assert document["products"] == [BTC, "ETH-USD"]


def test_a_hole_and_how_it_is_followed_up(world: World, exchange: SimulatedCoinbase) -> None:
    exchange.log(BTC).remove(range(1_000, 1_005))
    products = ("--product", BTC)
    assert world.run("ingest", "--since", "2d", *products, code=1)["next"] == ["schemahub gaps --recheck"]
    assert world.run("gaps", code=1)["next"] == ["schemahub gaps --recheck"]
    world.run("gaps", "--recheck", code=1)
    assert "schemahub gaps --recheck" in world.run("verify", code=1)["next"]


def test_several_exchanges_of_which_one_is_not_there(world: World) -> None:
    environment = {"SCHEMAHUB_EXCHANGES": "coinbase,binance,nowhere"}
    world.run("ingest", "--since", "2d", code=2, **environment)


@pytest.mark.parametrize("name", RESULTS)
def test_wrong_use_is_a_document_too(world: World, name: str) -> None:
    error = world.run(name, "--no-such-option", code=2)["error"]
    assert error["kind"]
    assert error["message"]


@pytest.mark.parametrize("name", ["status", "verify", "transform", "sql", "gaps", "doctor"])
def test_a_lake_that_is_a_file(world: World, name: str) -> None:
    file = world.folder / "file"
    file.touch()
    words = [name, *(["SELECT 1"] if name == "sql" else [])]
    document = world.run(*words, code=1 if name == "doctor" else 2, SCHEMAHUB_LAKE=str(file))
    assert document["next"] == ["Choose another --lake, or move the file away."]


def test_each_command_with_json_has_a_schema() -> None:
    assert set(RESULTS) == set(COMMANDS) - WITHOUT


@pytest.mark.parametrize("name", RESULTS)
def test_a_schema_is_one_and_is_printed(name: str) -> None:
    outcome = CliRunner().invoke(cli, ["schema", name])
    printed = json.loads(outcome.stdout)
    assert printed == schema_of(name)
    jsonschema.Draft202012Validator.check_schema(printed)


def test_a_document_that_does_not_fit_is_noticed(world: World) -> None:
    document = world.run("version")
    for wrong in ({**document, "plugins": 3}, {**document, "more": 1}, {"complete": True}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema_of("version")).validate(wrong)


def test_what_has_no_schema_is_refused() -> None:
    assert CliRunner().invoke(cli, ["schema", "demo"]).exit_code == 2
