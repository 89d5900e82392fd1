"""What a lake holds, read back with as little of the project as can be, against what the exchange has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

import schemahub
from schemahub.codec import decompressed
from schemahub.layout import RawName, StreamId

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.testing import SimulatedCoinbase

BTC = "BTC-USD"
Serve: TypeAlias = "Callable[..., tuple[SimulatedCoinbase, str]]"
"""What the fixture `serve` is: products and knobs in, an exchange and its URL out."""


def raw_names(lake: Path, product: str = BTC) -> list[RawName]:
    """The names of a product's raw objects, in order of ids."""
    found = (lake / StreamId("coinbase", product).raw_prefix).glob("*")
    return sorted((RawName.parse(path.name) for path in found), key=lambda name: name.first)


def raw_lines(lake: Path, product: str = BTC) -> list[bytes]:
    """Every line stored of a product, in order of ids; one that is there twice is twice in the list."""
    lines: list[bytes] = []
    for name in raw_names(lake, product):
        path = lake / StreamId("coinbase", product).raw_prefix / str(name)
        with path.open("rb") as file, decompressed(name.codec, file) as stream:
            stored = stream.read().splitlines()
        assert len(stored) == name.count
        lines += stored
    return lines


def assert_raw_is(lake: Path, exchange: SimulatedCoinbase, product: str = BTC) -> None:
    """Each trade of the exchange once, in the exchange's own bytes."""
    stored, there = raw_lines(lake, product), exchange.lines(product)
    # Ids first: a wrong set of 60 000 is told in a line.
    assert list(map(_id, stored)) == list(map(_id, there))
    assert stored == there


def table_rows(lake: Path) -> list[dict[str, Any]]:
    """Every row of the table, in order of ids."""
    rows: list[dict[str, Any]] = schemahub.open(lake).trades().to_arrow().to_pylist()
    return sorted(rows, key=lambda row: (row["symbol"], int(row["trade_id"])))


def table_ids(lake: Path) -> list[int]:
    """Every id in the table, sorted, as often as it is there."""
    ids = schemahub.open(lake).trades(columns=["trade_id"]).to_arrow()["trade_id"]
    return sorted(map(int, ids.to_pylist()))


def ids_of(exchange: SimulatedCoinbase, product: str = BTC) -> list[int]:
    """Every id that the exchange has."""
    return [_id(line) for line in exchange.lines(product)]


def _id(line: bytes) -> int:
    found: int = json.loads(line)["trade_id"]
    return found
