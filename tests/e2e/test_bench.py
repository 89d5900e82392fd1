"""The benches run, at the smallest size, and say so when somebody is wrong. Nothing is said of times."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import schemahub

if TYPE_CHECKING:
    from collections.abc import Callable

    Bench = Callable[..., Any]

pytest.importorskip("numpy", reason="the benches generate with numpy")

HERE = Path(__file__).parents[2] / "bench"
SMALL = ("--object-lines", "1000", "--rounds", "1")


def script(name: str, *arguments: object) -> str:
    command = [sys.executable, str(HERE / name), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own code
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Run a bench; return what it wrote, and what it printed as `printed`."""

    def run(name: str, *arguments: object) -> Any:  # noqa: ANN401 - JSON
        path = tmp_path / "out.json"
        printed = script(f"{name}.py", *arguments, "--json", path)
        return {**json.loads(path.read_text()), "printed": printed}

    return run


def test_transform(bench: Bench, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    sizes = ("--rows", 10_000, "--unusual-rows", 10_000, "--shape", "bad line", "--folder", tmp_path)
    found = bench("transform", *SMALL, *sizes, "--codec", "zst", "--peer", "duckdb")
    assert [run["contender"] for run in found["runs"]] == ["schemahub", "duckdb"]
    assert [run["verdict"]["why"] for run in found["runs"] + found["unusual"]] == [""] * 4
    assert {run["verdict"]["rows"] for run in found["runs"]} == {10 * 990}
    assert [run["quarantined"] for run in found["unusual"]] == [0, 10]
    assert "| duckdb |" in found["printed"]
    assert "wanted at most 0.8" in found["printed"]


def test_archive(bench: Bench, tmp_path: Path) -> None:
    pytest.importorskip("schemahub_binance")
    found = bench("archive", "--rows", 150_000, "--rounds", 1, "--folder", tmp_path)
    assert len(found["runs"]) == 1, "every trade once, or the bench would have ended"
    assert "trades a second" in found["printed"]


def test_incremental(bench: Bench, tmp_path: Path) -> None:
    sizes = ("--rows-small", 1000, "--rows-large", 10_000, "--folder", tmp_path)
    found = bench("incremental", *SMALL, *sizes)
    assert (found["small"]["rows"], found["large"]["rows"]) == (3960, 9900)
    for size in ("small", "large"):
        assert [len(each) for each in found[size]["seconds"].values()] == [1, 1, 1, 3, 3]
        assert found[size]["requests"][0]["open"] == 1, "one object is new"


@pytest.mark.skipif(not hasattr(schemahub.Hub, "compact"), reason="this version cannot compact")
def test_compaction(bench: Bench, tmp_path: Path) -> None:
    sizes = ("--days", 2, "--files", 3, "--rows", 600, "--rounds", 1, "--folder", tmp_path)
    found = bench("compaction", *sizes)
    assert (found["before"]["files"], found["after"]["files"]) == (6, 2)
    assert found["before"]["answers"] == found["after"]["answers"]
    assert found["before"]["rows"] == found["after"]["rows"] == 600


def test_raw_format(bench: Bench) -> None:
    found = bench("raw_format", "--objects", 1, *SMALL)
    sizes = {run["format"]: run["bytes"] for run in found["runs"]}
    assert len(sizes) == len(found["runs"])
    assert min(sizes.values()) > 0
    assert sizes["JSONL"] == max(sizes.values())


def test_aws_requests(bench: Bench, tmp_path: Path) -> None:
    pytest.importorskip("ministack", reason="the bench takes a server that answers like AWS")
    sizes = ("--trades", 3000, "--wide", 2, "--put-ms", 20, "--short", "--folder", tmp_path)
    found = bench("aws_requests", *sizes)
    fetched, moved = (run["requests"] for run in found["per_million"])
    assert fetched["PUT"] >= 2 * (1 + 1 + 2), (
        "of each product: a checkpoint, a plan, a batch and what covers it"
    )
    assert fetched["lease writes"] == 4
    assert moved["MB received"] > fetched["MB sent"] / 2
    idle = {run["command"]: run["requests"] for run in found["nothing_new"]}
    assert idle["ingest, nothing new"]["LIST"] == 2
    assert "PUT" not in idle["transform, nothing new"]
    assert "upload 1" in found["printed"]


def test_scale(bench: Bench, tmp_path: Path) -> None:
    sizes = ("--products", 4, "--trades", 50, "--names", 40, 400, "--files", 100, "--folder", tmp_path)
    found = bench("scale", *sizes, "--commands", "transform", "ingest", "rebuild")
    idle = [run["requests"] for run in found["products"] if run["command"] == "ingest, nothing new"]
    assert [each["list"] for each in idle] == [4, 4], "one for each product, by however many workers"
    assert not any("put" in each for each in idle)
    listed = {(run["command"], run["names"]): run["requests"]["keys listed"] for run in found["names"]}
    for command in ("transform", "ingest"):
        assert listed[command, 400] == listed[command, 40], "what is old is not listed"
    assert listed["rebuild", 400] == 2 * 400
    assert found["manifests"][0]["files"] == 100


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small lake with its table, and what DuckDB makes of the same raw."""
    pytest.importorskip("duckdb")
    folder = tmp_path_factory.mktemp("compared")
    lake, peer = folder / "lake", folder / "peer"
    script("lake_data.py", lake, "--rows", 1000, "--object-lines", 1000)
    assert schemahub.open(lake).transform().complete
    script("transform_peers.py", "duckdb", lake, peer)
    return lake, peer


ONE = "trade_id = '600000001'"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("* FROM was", ""),
        (f"* REPLACE (if({ONE}, replace('SELLBUY', side, ''), side) AS side) FROM was", "1 rows differ"),
        (f"* REPLACE (if({ONE}, price * 1.0000000001, price) AS price) FROM was", "1 rows differ"),
        (f"* REPLACE (if({ONE}, quantity + 1e-9, quantity) AS quantity) FROM was", "1 rows differ"),
        (f"* REPLACE (trade_ts + to_microseconds(({ONE})::INT) AS trade_ts) FROM was", "1 rows differ"),
        (f"* FROM was WHERE NOT {ONE}", "3,959 rows, expected 3,960"),
        (f"* FROM (FROM was UNION ALL FROM was WHERE {ONE}) ORDER BY trade_ts", "3,961 rows, expected 3,960"),
        ("* FROM was ORDER BY trade_ts DESC", "not sorted"),
    ],
)
def test_a_wrong_contender_is_found(
    compared: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str, why: str
) -> None:
    import duckdb

    lake, peer = compared
    for path in peer.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW was AS FROM '{peer}/BTC-USD.parquet'")
        connection.execute(f"COPY (SELECT {rows}) TO '{tmp_path}/BTC-USD.parquet'")
    monkeypatch.syspath_prepend(HERE)
    from transform_check import same

    verdict = same(str(lake), sorted(tmp_path.glob("*.parquet")), unit="us", missing=0, ordered=True)
    assert verdict["right"] is (not why)
    assert why in verdict["why"]
