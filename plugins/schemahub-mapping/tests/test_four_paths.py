"""However a batch is read: the same rows, the same lines rejected, the same drift (R2, R10)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemahub.layout import StreamId
from schemahub.transformer import RawLines, Transformed
from schemahub_mapping import MappingTransformer
from schemahub_mapping.parse_block import parse_block
from schemahub_mapping.parse_lines import parse_lines
from schemahub_mapping.reading import read_mapping
from schemahub_mapping.rows import assemble, with_rejected
from schemahub_mapping.transformer import _WAYS

if TYPE_CHECKING:
    from collections.abc import Callable

COINBASE = """\
{exchange: x, version: 1, columns: {
  trade_id: {from: trade_id, type: int}, side: {from: side, map: {buy: SELL, sell: BUY}},
  price: {from: price}, quantity: {from: size, type: decimal}, trade_ts: {from: time, format: iso8601}}}
"""
LOOSE = """\
{exchange: x, version: 1, columns: {
  trade_id: {from: trade_id}, symbol: {from: side}, side: {value: BUY}, price: {from: price},
  quantity: {from: size, default: 1}, trade_ts: {from: time, format: iso8601}}}
"""
BINANCE = """\
{exchange: x, version: 1, ignore: [isBestMatch], columns: {
  trade_id: {from: id, type: int}, side: {from: isBuyerMaker, type: bool, map: {'true': SELL, 'false': BUY}},
  price: {from: price}, quantity: {from: qty}, trade_ts: {from: time, format: epoch_ms}}}
"""
KRAKEN = """\
{exchange: x, version: 1, ignore: [4], columns: {
  trade_id: {from: 6}, side: {from: 3, map: {b: BUY, s: SELL}}, price: {from: 0}, quantity: {from: 1},
  trade_ts: {from: 2, format: epoch_s}}}
"""
OF_COINBASE = (
    b'{"trade_id":%d,"side":"sell","size":"0.01","price":"64122.33","time":"2024-05-01T12:02:14.081282Z"}'
)
OF_BINANCE = (
    b'{"id":%d,"price":"1.50","qty":"2","quoteQty":"3.0","time":1714564800123,"isBuyerMaker":true,'
    b'"isBestMatch":true}'
)
OF_KRAKEN = b'["64122.3","0.001",1714564800.1234567,"b","l","",%d]'

TOKENS = [
    *(b'"', b",", b":", b"{", b"}", b"[", b"]", b"\\", b"\\u0041", b"\\ud800", b"\t", b" ", b"\x00", b"\x0b"),
    *(b"\r", b"\xff", b"\xc3\xa9", b"\xef\xbb\xbf", b"\x7f", b"null", b"true", b"false", b"True", b"NaN"),
    *(b"inf", b"-", b"+1", b"0x10", b"1e5", b"1e999", b"01", b".", b"-0", b"0", b"9" * 25, b"1.5", b"''"),
    *(b'""', b"{}", b"[1,2]", b"Z", b"z", b"+01:00", b"-0530", b"T", b"buy", b"sell", b'"x":1,', b'"price"'),
    *(
        b"1969-12-31",
        b"2262-04-12",
        b"9999-12-31",
        b"0001-01-01",
        b"123456789",
        b"\n",
        b"\n\n",
        b"}{",
        b"}\n{",
    ),
]
"""What real and broken exchanges write, and what readers disagree on."""


@dataclass(frozen=True)
class Market:
    """A mapping, and a line of its exchange with a place for the id."""

    mapping: str
    line: bytes


MARKETS = [
    Market(COINBASE, OF_COINBASE),
    Market(COINBASE, OF_COINBASE.replace(b",", b", ").replace(b":%", b": %")),
    Market(LOOSE, OF_COINBASE),
    Market(BINANCE, OF_BINANCE),
    Market(KRAKEN, OF_KRAKEN),
]


def outcome(done: Transformed) -> dict[str, Any]:
    table = pa.table(done.rows)
    plain = {
        name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    kept = dataclasses.asdict(dataclasses.replace(done, rows=plain["price"], path=""))
    kept["rows"] = {name: column.to_pylist() for name, column in plain.items()}
    kept["lines"] = list(done.lines)
    return kept


def outcomes(market: Market, data: bytes) -> dict[str, dict[str, Any]]:
    """Return the outcome of every path that takes the batch."""
    mapping = read_mapping("x", market.mapping, "x.yaml")
    batch = RawLines(stream=StreamId("x", "BTC-USD"), source="raw/x", ingest_us=1, data=data)

    def by(fields: Any) -> dict[str, Any]:  # noqa: ANN401 - raw fields
        return outcome(with_rejected(assemble(mapping, fields, batch), fields, data, ""))

    transformer = MappingTransformer(mapping)
    found = {
        "chosen": outcome(transformer.transform(batch)),
        "shape": outcome(transformer._by(batch, _WAYS[1:])),
        "lines": by(parse_lines(data, mapping)),
    }
    block = parse_block(data, mapping)
    return found if block is None else found | {"block": by(block)}


def check(market: Market, data: bytes) -> None:
    found = outcomes(market, data)
    lines = found.pop("lines")
    for path, other in found.items():
        assert other == lines, (path, data)
    assert len(lines["lines"]) + len(lines["rejected"]) == data.count(b"\n") + (data[-1:] not in (b"", b"\n"))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Market, bytes]:
    """Draw good lines and damage some of them, one token at a time."""
    market = draw(st.sampled_from(MARKETS))
    lines = [market.line % number for number in range(draw(st.integers(1, 16)))]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        lines[at] = draw(st.sampled_from(MUTATIONS))(draw, lines[at])
    data = draw(st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"])).join(lines)
    return market, data + draw(st.sampled_from([b"\n", b"\n", b"", b"\n\n"]))


def insert(draw: st.DrawFn, line: bytes) -> bytes:
    at = draw(st.integers(0, len(line)))
    return line[:at] + draw(st.sampled_from(TOKENS)) + line[at:]


def replace(draw: st.DrawFn, line: bytes) -> bytes:
    start = draw(st.integers(0, len(line)))
    end = draw(st.integers(start, min(len(line), start + 30)))
    return line[:start] + draw(st.sampled_from(TOKENS)) + line[end:]


def revalue(draw: st.DrawFn, line: bytes) -> bytes:
    """Put another value into a field, in quotes or not."""
    cells = line[1:-1].split(b",")
    at = draw(st.integers(0, len(cells) - 1))
    key, colon, _ = cells[at].rpartition(b":") if b'":' in cells[at] else (b"", b"", b"")
    quote = draw(st.sampled_from([b"", b'"']))
    cells[at] = key + colon + quote + draw(st.sampled_from(TOKENS)) + quote
    return line[:1] + b",".join(cells) + line[-1:]


def reorder(draw: st.DrawFn, line: bytes) -> bytes:
    """Change the order of the fields, leave some out, or have some twice."""
    cells = line[1:-1].split(b",")
    chosen = draw(st.lists(st.sampled_from(cells), min_size=1, max_size=len(cells) + 1))
    return line[:1] + b",".join(chosen) + line[-1:]


def digits_of(line: bytes) -> list[int]:
    """Return where digits are; the end, where there are none (any more)."""
    return [at for at, byte in enumerate(line) if byte in b"0123456789"] or [len(line)]


def redigit(draw: st.DrawFn, line: bytes) -> bytes:
    """Put other digits where digits are: months 13, hours 24, zeros in front."""
    changed = bytearray(line)
    for at in draw(st.lists(st.sampled_from(digits_of(line)), min_size=1, max_size=6)):
        changed[at : at + 1] = b"%d" % draw(st.integers(0, 9))
    return bytes(changed)


def lengthen(draw: st.DrawFn, line: bytes) -> bytes:
    """Put more digits beside a digit, up to more than a double holds."""
    at = draw(st.sampled_from(digits_of(line)))
    return line[:at] + draw(st.text("0123456789", min_size=1, max_size=20)).encode() + line[at:]


MUTATIONS: list[Callable[[st.DrawFn, bytes], bytes]] = [insert, replace, revalue, reorder, redigit, lengthen]


@settings(deadline=None, max_examples=200)  # a busy machine is no failure
@given(mutated())
def test_every_path_makes_the_same(damaged: tuple[Market, bytes]) -> None:
    check(*damaged)


@pytest.mark.parametrize("market", MARKETS)
@pytest.mark.parametrize(
    "token", [b"", b'"', b",", b"0", b"-", b" ", b"\\", b"}", b"\n", b"\xff", b"\r", b"\t", b"\x0b"]
)
@pytest.mark.parametrize("cut", [0, 1])
def test_every_path_makes_the_same_of_a_byte_more_or_less_anywhere(
    market: Market, token: bytes, cut: int
) -> None:
    """One line in eight is damaged, at another place each: the batch as a whole is of one shape."""
    lines = []
    for at in range(len(market.line % 7)):
        line = market.line % at
        lines += [line[:at] + token + line[at + cut :], *[line] * 7]
    check(market, b"\n".join(lines))


A = OF_COINBASE % 1


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(A.replace(b",", b",\n", 1) + b"\n" + A + A, id="broken-here-two-there"),
        pytest.param(b"\n".join([A, b"", A + A]), id="blank-here-two-there"),
        pytest.param(b"\n".join([A, A.replace(b"sell", b"s\xff")]), id="not-utf8"),
        pytest.param(b"\n".join([A, A.replace(b"sell", "sé".encode())]), id="not-ascii"),
        pytest.param(b"\xef\xbb\xbf" + b"\n".join([A] * 9), id="byte-order-mark"),
        pytest.param(b"\n".join([A] * 9).replace(A, b"\xef\xbb\xbf" + A, 5), id="more-of-them"),
        pytest.param(b"\r\n".join([A] * 9), id="crlf"),
        pytest.param(b"\n".join([A] * 9) + b"\n\n", id="blank-at-the-end"),
        pytest.param(b"\n\n\n", id="blank"),
        pytest.param(b"\n", id="one-blank"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\n".join([A, *[A.replace(b'"side"', b'"x":{"y":1},"side"')] * 3]), id="nested"),
        pytest.param(b"\n".join([A.replace(b'"side"', b'"side":"buy","side"')] * 3), id="doubled-key"),
        pytest.param(b"\n".join([A.replace(b"0.01", b"")] * 3), id="empty-text"),
        pytest.param(b"\n".join([A.replace(b'"0.01"', b"null")] * 3), id="all-null"),
        pytest.param(b"\n".join([A.replace(b'"0.01"', b"0.01")] * 3), id="bare-decimal"),
        pytest.param(b"\n".join([A.replace(b'"0.01"', b"9" * 5000)] * 3), id="too-many-digits"),
        pytest.param(b"\n".join([*[A] * 9, A.replace(b":1,", b":" + b"9" * 5000 + b",")]), id="one-such"),
        pytest.param(b"\n".join([*[A] * 9, A[:-1] + b" " * 3_000_000 + b"}"]), id="a-long-line"),
        pytest.param(b"\n".join([*[A] * 9, b"[" * 3_000_000]), id="a-long-bad-line"),
        pytest.param(b"\n".join([A, A.replace(b",", b", ")] * 9), id="two-shapes"),
    ],
)
@pytest.mark.parametrize("market", [MARKETS[0], MARKETS[2]])
def test_every_path_makes_the_same_of_what_is_mean(market: Market, data: bytes) -> None:
    check(market, data)


def test_one_odd_line_costs_one_line_its_speed() -> None:
    odd = b'{"note":"a, b",' + A[1:]
    data = b"\n".join([A, odd, *[A] * 98])
    batch = RawLines(stream=StreamId("x", "BTC-USD"), source="raw/x", ingest_us=1, data=data)
    done = MappingTransformer.open("x", COINBASE, "x.yaml").transform(batch)
    assert (done.path, done.lines, done.drift) == ("fixed", range(100), ("note",))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda data: data, "fixed"),
        (lambda data: data.replace(b"0.01", b"1e-2"), "shape"),
        (lambda data: data.replace(b'"side"', b'"x":{},"side"'), "block"),
        (lambda data: data.replace(b'"side"', b'"x":{},"side"') + b"oops", "lines"),
    ],
)
def test_the_outcome_names_its_path(change: Callable[[bytes], bytes], path: str) -> None:
    data = change(b"\n".join([A] * 10) + b"\n")
    batch = RawLines(stream=StreamId("x", "BTC-USD"), source="raw/x", ingest_us=1, data=data)
    assert MappingTransformer.open("x", COINBASE, "x.yaml").transform(batch).path == path
