"""The longest and smallest numbers that exchanges write: no digit is lost, however a batch is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from schemahub.layout import StreamId
from schemahub.transformer import RawLines
from schemahub_mapping import MappingTransformer

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.transformer import Transformed

MAPPING = """\
exchange: x
version: 1
columns:
  trade_id: {from: id, type: int}
  side: {value: BUY}
  price: {from: price}
  quantity: {from: qty, type: decimal}
  trade_ts: {from: time, type: timestamp, format: epoch}
"""
KRAKEN = """\
exchange: x
version: 1
ignore: [4, 5]
columns:
  trade_id: {from: 6, type: int}
  side: {from: 3, map: {b: BUY, s: SELL}}
  price: {from: 0}
  quantity: {from: 1}
  trade_ts: {from: 2, type: timestamp, format: epoch_s}
"""
Around = list[bytes]

# As they are; among many like the first; with one that is no JSON; each several times in a row.
WAYS: list[Callable[[Around], Around]] = [
    lambda lines: lines,
    lambda lines: lines[:1] * 20 + lines,
    lambda lines: [*lines, b"oops"],
    lambda lines: [line for line in lines for _ in range(9)],
]
ways = pytest.mark.parametrize("around", WAYS, ids=["plain", "among-many", "lines", "runs"])


def line(
    id: str = "7",  # noqa: A002 - the field
    price: str = '"1.5"',
    qty: str = '"2"',
    time: str = "1735689600123",
) -> bytes:
    return f'{{"id":{id},"price":{price},"qty":{qty},"time":{time}}}'.encode()


def transformed(lines: list[bytes], mapping: str = MAPPING) -> Transformed:
    batch = RawLines(stream=StreamId("x", "A-B"), source="x", ingest_us=1, data=b"\n".join(lines) + b"\n")
    return MappingTransformer.open("x", mapping, "x.yaml").transform(batch)


def found(done: Transformed, column: str) -> list[object]:
    """Return what came out, each value once, in order."""
    values = pa.table(done.rows)[column]
    return list(dict.fromkeys(values.to_pylist()))


IDS = [2**53 - 1, 2**53 + 1, 2_840_140_831_246_421, 10**18 - 1, 10**18 + 1, 2**63 - 2, 2**63 - 1]


@ways
@pytest.mark.parametrize("quote", ["", '"'])
def test_ids_beyond_what_a_double_holds(around: Callable[[Around], Around], quote: str) -> None:
    done = transformed(around([line(id=f"{quote}{i}{quote}") for i in IDS]))
    assert found(done, "trade_id") == [str(i) for i in IDS]


@ways
@pytest.mark.parametrize("quote", ["", '"'])
def test_an_id_that_fits_no_integer_costs_its_line_alone(
    around: Callable[[Around], Around], quote: str
) -> None:
    odd = line(id=f"{quote}{2**63}{quote}")
    lines = around([line(), odd, line(id="8")])
    done = transformed(lines)
    assert found(done, "trade_id") == ["7", "8"]
    rejected = [one.line for one in done.rejected if one.rule == "trade_id: no int"]
    assert rejected == [number for number, each in enumerate(lines) if each == odd]


SECONDS = [
    "1762820035.9822777",
    "1762820035.98227771",
    "1762820035.982277712",
    "1762820036.000000001",
    "1762820036.999999999",
    "1762820037",
    "1762820037.5",
    "1762820038.0000001",
]
"""Seven to nine decimals, as Kraken writes them: a double of such a number is off by 0.2 microseconds."""


@ways
@pytest.mark.parametrize("quote", ["", '"'])
def test_seconds_with_as_many_decimals_as_there_are(around: Callable[[Around], Around], quote: str) -> None:
    lines = [f'["1.5","2",{quote}{text}{quote},"b","l","",{i}]'.encode() for i, text in enumerate(SECONDS)]
    done = transformed(around(lines), KRAKEN)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    exact = [epoch + timedelta(microseconds=int(Decimal(text) * 10**6)) for text in SECONDS]
    assert found(done, "trade_ts") == list(dict.fromkeys(exact))


@ways
def test_milliseconds_that_become_microseconds_within_a_batch(around: Callable[[Around], Around]) -> None:
    millis = [1_735_689_599_990 + i for i in range(9)]
    micros = [1_735_689_600_000_123 + 1_001 * i for i in range(9)]
    lines = [line(id=str(i), time=str(time)) for i, time in enumerate([*millis, *micros])]
    done = transformed(around(lines))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    exact = [epoch + timedelta(microseconds=time) for time in [*(1_000 * each for each in millis), *micros]]
    assert found(done, "trade_ts") == exact


NUMBERS = [
    "1e-8",
    "1E-8",
    "1.5e-07",
    "2.5E-7",
    "1e5",
    "1E+5",
    "123456789012345678.12",
    "0.00000001",
    "4.9e-324",
]


@ways
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("column", ["price", "quantity"])
def test_numbers_with_an_exponent(around: Callable[[Around], Around], quote: str, column: str) -> None:
    field = "price" if column == "price" else "qty"
    done = transformed(around([line(**{field: f"{quote}{text}{quote}"}) for text in NUMBERS]))
    assert found(done, column) == list(dict.fromkeys(float(text) for text in NUMBERS))
