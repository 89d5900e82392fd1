"""`schemahub mapping`: what it says, and how it ends."""

from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from schemahub.codec import compressor
from schemahub.errors import ConfigError
from schemahub_mapping import command as module
from schemahub_mapping.reading import read_mapping

if TYPE_CHECKING:
    from click.testing import Result

HERE = Path(__file__).parents[1]
LINE = b'{"trade_id":%d,"side":"buy","size":"1","price":"1.5","time":"2020-01-01T00:00:00Z"}\n'
GOOD = b"".join(LINE % number for number in range(20))
RAW = Path("raw_coinbase_trades/BTC-USD")
NAME = (
    "20260102T030405000006Z_00000000-0000-4000-8000-000000000000_00000000000000000000_00000000000000000019_20"
)


@pytest.fixture
def mapping(tmp_path: Path, text: str) -> str:
    path = tmp_path / "coinbase.trades.yaml"
    path.write_text(text)
    return str(path)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    folder = tmp_path / RAW
    folder.mkdir(parents=True)
    path = folder / f"{NAME}.jsonl"
    path.write_bytes(GOOD)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(module.command, list(map(str, arguments)), catch_exceptions=False)


def test_the_distribution_brings_the_command() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["schemahub.commands"] == {"mapping": module.__name__}
    assert module.schemahub_command() is module.command
    assert module.command.name == "mapping"


def test_a_sound_mapping(mapping: str) -> None:
    done = run("check", mapping)
    assert done.exit_code == 0
    assert "is a mapping of coinbase" in done.output
    assert "side: string, buy is SELL, sell is BUY" in done.output


def test_a_wrong_mapping_is_the_user_s_to_mend(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("exchange: x\nversion: 1\ncolums: {}\n")
    with pytest.raises(ConfigError, match=r"x\.yaml:3: unknown key .*Did you mean 'columns'"):
        run("check", tmp_path / "x.yaml")


@pytest.mark.parametrize("name", ["no.yaml", ""])
def test_a_mapping_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="the mapping cannot be read"):
        run("check", tmp_path / name)


def test_a_good_sample(mapping: str, sample: Path) -> None:
    done = run("check", mapping, "--sample", sample)
    assert done.exit_code == 0
    assert "20 rows from 20 lines" in done.output
    assert "read at fixed places" in done.output
    assert "BTC-USD" in done.output
    assert "rejected" not in done.output


def compressed(data: bytes) -> bytes:
    zstd = compressor("zst")
    return zstd.compress(data) + zstd.flush()


@pytest.mark.parametrize(
    ("ending", "data"),
    [
        (".jsonl.gz", gzip.compress(GOOD)),
        (".jsonl.zst", compressed(GOOD)),
    ],
)
def test_a_compressed_sample(mapping: str, tmp_path: Path, ending: str, data: bytes) -> None:
    path = tmp_path / f"sample{ending}"
    path.write_bytes(data)
    assert run("check", mapping, "--sample", path).exit_code == 0
    path.write_bytes(data[:-9])
    with pytest.raises(ConfigError, match="the sample cannot be read"):
        run("check", mapping, "--sample", path)


@pytest.mark.parametrize("name", ["no.jsonl", "sample.csv"])
def test_a_sample_that_is_none(mapping: str, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="the sample"):
        run("check", mapping, "--sample", tmp_path / name)


def test_rejected_lines_are_shown_by_rule_and_end_with_one(mapping: str, sample: Path) -> None:
    sample.write_bytes(GOOD + b"oops\x1b[1m\n" + LINE.replace(b"1.5", b"x") % 20 + b"\n" + GOOD)
    done = run("check", mapping, "--sample", sample)
    assert done.exit_code == 1
    assert "40 rows from 43 lines" in done.output
    assert "3 rejected" in done.output
    assert "\x1b" not in done.output
    shown = json.loads(run("check", mapping, "--sample", sample, "--json").output)
    assert [(one["rule"], one["lines"], one["first"]) for one in shown["rejected"]] == [
        ("json: Expecting value", 2, 21),
        ("price: no decimal", 1, 22),
    ]
    assert (shown["complete"], shown["path"], shown["rows"], shown["lines"]) == (False, "fixed", 40, 43)


def test_drift_comes_with_a_line_to_paste(mapping: str, sample: Path, text: str) -> None:
    sample.write_bytes(GOOD.replace(b"{", b'{"is new":1,"note":"x",'))
    path = Path(mapping)
    path.write_text(text.replace("columns:", "ignore: [old]\ncolumns:"))
    done = run("check", mapping, "--sample", sample)
    line = "ignore: [old, 'is new', note]"
    assert done.exit_code == 0
    assert line in done.output
    path.write_text(text.replace("columns:", f"{line}\ncolumns:"))
    assert "no column names" not in run("check", mapping, "--sample", sample).output


def test_nothing_to_suggest(mapping: str, sample: Path) -> None:
    done = run("suggest", mapping, "--sample", sample)
    assert (done.exit_code, done.stdout.strip()) == (0, "")
    assert "names every field" in done.stderr


def test_a_field_without_a_name_is_guessed(mapping: str, sample: Path) -> None:
    sample.write_bytes(GOOD.replace(b"{", b'{"T":1714564800123,"note":"hm hm",'))
    done = run("suggest", mapping, "--sample", sample)
    assert done.stdout.splitlines() == [
        "ignore: [T, note]",
        "# or, under columns:",
        "#   trade_ts: {from: T, type: timestamp, format: epoch_ms}",
        "#   note looks like no column's value (hm hm)",
    ]
    shown = json.loads(run("suggest", mapping, "--sample", sample, "--json").stdout)
    assert shown["fields"] == ["T", "note"]
    assert shown["lines"][0] == "ignore: [T, note]"


@pytest.mark.parametrize("empty", [None, "", "# nothing yet\n\n"])
def test_a_mapping_to_start_from(tmp_path: Path, sample: Path, empty: str | None) -> None:
    path = tmp_path / "new.trades.yaml"
    if empty is not None:
        path.write_text(empty)
    done = run("suggest", path, "--sample", sample)
    path.write_text(done.stdout)
    mapping = read_mapping("coinbase", done.stdout, "x")
    assert {one.name: one.field for one in mapping.columns if one.field} == {
        "exchange": "COINBASE",
        "trade_id": "trade_id",
        "side": "side",
        "price": "price",
        "quantity": "size",
        "trade_ts": "time",
    }
    assert run("check", path, "--sample", sample).exit_code == 0


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (b'["64122.3","0.0NN",1714564800.12345NN,"b","l","",7NN]', ("6", "0", "1", "2")),
        (
            b'{"id":7NN,"price":"4.5","qty":"12.0","quoteQty":"1","time":17145648001NN,"isBuyerMaker":true}',
            ("id", "price", "qty", "time"),
        ),
        (
            b'{"date":"15604818NN","tid":"905742NN","price":"8194.79","type":"1","amount":"0.002"}',
            ("tid", "price", "amount", "date"),
        ),
        (
            b'{"instId":"BTC-USDT","side":"sell","sz":"0.1","px":"299.2","tradeId":"7NN","ts":"16541616469NN"}',
            ("tradeId", "px", "sz", "ts"),
        ),
        (
            b'{"timestamp":15914048NN,"timestampms":15914048561NN,"tid":7NN,"price":"9","amount":"2","type":"buy"}',
            ("tid", "price", "amount", "timestampms"),
        ),
    ],
    ids=["kraken", "binance", "bitstamp", "okx", "gemini"],
)
def test_exchanges_are_guessed_right(tmp_path: Path, line: bytes, fields: tuple[str, ...]) -> None:
    sample, path = tmp_path / "x.jsonl", tmp_path / "x.trades.yaml"
    sample.write_bytes(b"\n".join(line.replace(b"NN", b"%d" % number) for number in range(10, 60)))
    path.write_text(run("suggest", path, "--sample", sample).stdout)
    done = json.loads(run("check", path, "--sample", sample, "--json").stdout)
    assert (done["complete"], done["rows"], done["drift"]) == (True, 50, [])
    made = {name: text.partition(":")[0] for name, text in done["columns"]}
    assert tuple(made[name] for name in ("trade_id", "price", "quantity", "trade_ts")) == fields


def test_a_sample_without_a_field(mapping: str, sample: Path) -> None:
    sample.write_bytes(b"oops\n17\n{}\n")
    with pytest.raises(ConfigError, match="no line of the sample is a JSON object or array"):
        run("suggest", mapping, "--sample", sample)
    assert run("check", mapping, "--sample", sample).exit_code == 1
