from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from schemahub.errors import ConfigError
from schemahub.testing import FakeClock, ProductSpec, Replay, SimulatedCoinbase
from schemahub.testing.simulator.replay import product_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.testing.simulator import SimResponse

    Get = Callable[..., SimResponse]


SPACED = (
    b'{"time": "2016-05-12T15:00:01.02975Z", "trade_id": 8, "price": "453.640", "size": "0.1", "side": "buy"}'
)
COMPACT = b'{"trade_id":9,"side":"sell","size":"1","price":"453.6","time":"2016-05-12T15:00:02Z"}'
AFTER_A_HOLE = b'{"trade_id":12,"side":"sell","size":"1","price":"453.6","time":"2016-05-12T15:00:03Z"}'


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "BTC-USD.jsonl"
    path.write_bytes(b"\n".join([SPACED, COMPACT, AFTER_A_HOLE]) + b"\n")
    return path


def replayed(path: Path, trades: int | None = None) -> SimulatedCoinbase:
    product = ProductSpec(id="BTC-USD", replay=Replay.load(path), trades=trades)
    return SimulatedCoinbase([product], clock=FakeClock())


def test_rows_keep_their_bytes_and_missing_ids_are_holes(rows: Path, get: Get) -> None:
    exchange = replayed(rows)
    assert exchange.lines("BTC-USD") == [SPACED, COMPACT, AFTER_A_HOLE]
    assert get(exchange).body == b"[" + b",".join([AFTER_A_HOLE, COMPACT, SPACED]) + b"]"
    assert exchange.log("BTC-USD").time_ns(11) == exchange.log("BTC-USD").time_ns(9)


def test_compressed_files_are_replayed(tmp_path: Path) -> None:
    path = tmp_path / "BTC-USD.jsonl.gz"
    path.write_bytes(gzip.compress(SPACED))
    assert replayed(path).lines("BTC-USD") == [SPACED]


def test_generated_trades_lead_up_to_the_first_row(rows: Path) -> None:
    exchange = replayed(rows, trades=5)
    log = exchange.log("BTC-USD")
    assert log.first == 3
    assert exchange.lines("BTC-USD")[5:] == [SPACED, COMPACT, AFTER_A_HOLE]
    assert log.time_ns(7) <= log.time_ns(8)


def test_new_trades_follow_the_last_row(rows: Path) -> None:
    exchange = replayed(rows)
    exchange.advance(3)
    new = exchange.lines("BTC-USD")[3:]
    assert [json.loads(line)["trade_id"] for line in new] == [13, 14, 15]
    assert all(json.loads(line)["time"].startswith("2026-01-01T00:00:00") for line in new[1:])


@pytest.mark.parametrize(
    ("second_line", "reason"),
    [
        (b"oops", "Expecting value"),
        (b'{"trade_id":9}', "no field 'time'"),
        (SPACED, "trade_id 8 where a whole number above 8 was expected"),
        (COMPACT.replace(b"9", b'"9"', 1), "trade_id '9'"),
        (COMPACT.replace(b"02Z", b"02"), "expected ISO 8601 with a zone"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, second_line: bytes, reason: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(SPACED + b"\n" + second_line)
    with pytest.raises(ConfigError, match=r"bad\.jsonl:2: ") as caught:
        Replay.load(path)
    assert reason in str(caught.value)


def test_missing_empty_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.jsonl: .*No such file"):
        Replay.load(tmp_path / "gone.jsonl")
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(ConfigError, match=r"empty\.jsonl: there is nothing"):
        Replay.load(tmp_path / "empty.jsonl")
    (tmp_path / "broken.gz").write_bytes(b"no gzip at all")
    with pytest.raises(ConfigError, match=r"broken\.gz: cannot read"):
        Replay.load(tmp_path / "broken.gz")


@pytest.mark.parametrize(
    ("path", "product"),
    [
        ("BTC-USD.jsonl", "BTC-USD"),
        ("rest_trades_BTC-USD_2016-05-12.jsonl", "BTC-USD"),
        ("lake/raw_coinbase_trades/ETH-EUR/20260101T000000000000Z_x_1_2_2.jsonl.zst", "ETH-EUR"),
        ("trades.jsonl", None),
    ],
)
def test_the_product_is_guessed_from_names(path: str, product: str | None) -> None:
    assert product_in(path) == product
