"""Values at fixed places: whatever this path takes is exact, and what it is not sure of it leaves."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemahub.layout import StreamId
from schemahub.transformer import RawLines
from schemahub_mapping import MappingTransformer
from schemahub_mapping.digits import Chunks, chunks_of, columns, joined, words_of
from schemahub_mapping.parse_fixed import parse_fixed
from schemahub_mapping.reading import read_mapping

if TYPE_CHECKING:
    from schemahub_mapping.raw_fields import RawFields

MAPPING = read_mapping(
    "x",
    """\
{exchange: x, version: 1, columns: {
  trade_id: {from: trade_id, type: int}, side: {from: side, map: {buy: SELL, sell: BUY}},
  price: {from: price}, quantity: {from: size, type: decimal}, trade_ts: {from: time, format: iso8601}}}
""",
    "x.yaml",
)
LINE = b'{"trade_id":%d,"side":"%s","size":"%s","price":"%s","time":"%s"}'


def line(
    trade_id: int = 10, *, side: str = "buy", size: str = "0.5", price: str = "1.5", time: str = ""
) -> bytes:
    moment = time or "2024-05-01T12:02:14.081282Z"
    return LINE % (trade_id, side.encode(), size.encode(), price.encode(), moment.encode())


def batch(data: bytes) -> RawLines:
    return RawLines(stream=StreamId("x", "A-B"), source="raw/x", ingest_us=1, data=data)


def parsed(lines: list[bytes]) -> RawFields:
    """Parse lines behind so many others that the path is never given up; their numbers are from 0."""
    good = [line(99)] * (4 * len(lines))
    fields = parse_fixed(batch(b"\n".join([*good, *lines]) + b"\n"), MAPPING)
    assert fields is not None
    skip = len(good)
    return dataclasses.replace(
        fields,
        arrays={field: values[skip:] for field, values in fields.arrays.items()},
        whole={field: values[skip:] for field, values in fields.whole.items()},
        lines=[number - skip for number in fields.lines][skip:],
        left=tuple(number - skip for number in fields.left),
    )


def test_any_other_byte_anywhere_is_what_the_last_path_says_it_is() -> None:
    """Each byte of a line is replaced by each of ASCII; only values change what is taken."""
    transformer = MappingTransformer(MAPPING)
    whole = line(12)
    for at in range(len(whole)):
        variants = [whole[:at] + bytes([byte]) + whole[at + 1 :] for byte in range(128) if byte != ord("\n")]
        data = b"\n".join([*[whole] * (4 * len(variants)), *variants])
        raw = batch(data)
        found, truth = transformer.transform(raw), transformer._by(raw, ())
        assert found.path == "fixed"
        assert list(found.lines) == list(truth.lines), at
        for name, column in zip(pa.table(truth.rows).column_names, pa.table(truth.rows).columns, strict=True):
            other = pa.table(found.rows)[name]
            plain = other.cast(pa.string()) if pa.types.is_dictionary(other.type) else other
            assert plain.to_pylist() == column.cast(plain.type).to_pylist(), (at, name)


@given(
    st.lists(st.from_regex(r"(0|[1-9][0-9]{0,12})(\.[0-9]{1,12})?", fullmatch=True), min_size=1, max_size=40)
)
def test_a_decimal_becomes_the_nearest_double_or_is_left(texts: list[str]) -> None:
    fields = parsed([line(price=text) for text in texts])
    found = dict(zip(fields.lines, fields.arrays["price"].to_pylist(), strict=True))
    for number_of_line, text in enumerate(texts):
        if number_of_line in found:
            assert found[number_of_line] == float(text), text
        else:
            assert len(text.replace(".", "")) > 18


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("9007199254740992", True),
        ("9007199254740993", True),
        ("900719925474.0992", True),
        ("900719925474.0993", True),
        ("187564059.10000000", True),
        ("91399620.84340797", True),
        ("999999999999999999", True),
        ("1234567890123456789", False),
        ("12500000000.00000000", False),
        ("1250000000.00000000", True),
        ("1250000000.00000001", True),
        ("0.00000001", True),
        ("00.5", True),
        (".5", False),
        ("5.", False),
        ("1e5", False),
        ("-1.5", False),
    ],
)
def test_the_longest_decimals_are_exact_too_or_left(text: str, *, taken: bool) -> None:
    fields = parsed([line(price=text)] * 3)
    assert fields.lines == ([0, 1, 2] if taken else [])
    if taken:
        assert fields.arrays["price"][0].as_py() == float(text)


@given(
    st.lists(
        st.tuples(st.datetimes(datetime(1970, 1, 1), datetime(2262, 1, 1)), st.integers(0, 9)),  # noqa: DTZ001 - naive here, UTC below
        min_size=1,
        max_size=30,
    )
)
def test_a_time_of_this_century_is_cut_to_microseconds(times: list[tuple[datetime, int]]) -> None:
    texts = [
        f"{moment:%Y-%m-%dT%H:%M:%S}" + _fraction(moment.microsecond, digits) for moment, digits in times
    ]
    fields = parsed([line(time=text) for text in texts])
    assert fields.lines == [number for number, text in enumerate(texts) if text.startswith("20")]
    taken = [texts[number] for number in fields.lines]
    for text, found in zip(taken, fields.arrays["time"].to_pylist(), strict=True):
        whole, _, fraction = text.rstrip("Z").partition(".")
        micros = int((fraction + "000000")[:6])
        assert found == datetime.fromisoformat(whole).replace(tzinfo=UTC) + timedelta(microseconds=micros)


def _fraction(micros: int, digits: int) -> str:
    return f".{(f'{micros:06d}' + '999')[:digits]}Z" if digits else "Z"


@pytest.mark.parametrize(
    "time",
    [
        "2024-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:60Z",
        "1969-12-31T23:59:59Z",
        "2262-04-11T23:47:16.854776Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time_or_one_without_trades_is_left(time: str) -> None:
    assert parsed([line(time=time)]).left == (0,)


def test_an_id_that_would_be_printed_otherwise_is_left() -> None:
    lines = [line(7), line(7).replace(b":7,", b":07,"), line(7).replace(b":7,", b':"07",')]
    fields = parsed(lines)
    assert fields.left == (1, 2)
    assert fields.arrays["trade_id"][0].as_py() == "7"
    assert fields.printed == {"trade_id"}


def test_ids_of_several_lengths_keep_their_places() -> None:
    ids = [9_998, 9_999, 10_000, 10_001, 7, 123_456_789_012_345_678, 10_002, 8]
    assert parsed(list(map(line, ids))).arrays["trade_id"].to_pylist() == list(map(str, ids))


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ("12", True),
        ("1.25", True),
        ("02", False),
        ("1e5", False),
        ("-1", False),
        ("7", True),
        ("0", True),
        ("0.5", True),
    ],
)
def test_a_number_that_nobody_reads_is_sound_json_or_the_line_is_left(value: str, *, taken: bool) -> None:
    odd = line(7)[:-1] + b',"n":%s}' % value.encode()
    sound = line(7)[:-1] + b',"n":%s}' % b"1.5".ljust(len(value), b"5")
    fields = parsed([odd] if taken else [sound, odd])
    assert (0 if taken else 1) not in fields.left or not taken
    assert fields.left == (() if taken else (1,))


def test_forms_of_all_lengths_keep_the_order_of_the_lines() -> None:
    lines = [
        line(10**digits + i, side=side) for i in range(9) for digits in range(9) for side in ("buy", "sell")
    ]
    fields = parse_fixed(batch(b"\n".join(lines)), MAPPING)
    assert fields is not None
    assert fields.lines == range(len(lines))
    assert fields.arrays["trade_id"].to_pylist() == [
        str(10**digits + i) for i in range(9) for digits in range(9) for _ in "bs"
    ]
    assert fields.arrays["side"].to_pylist() == ["buy", "sell"] * 81


def test_digits_in_the_texts_of_a_map_tell_forms_apart() -> None:
    mapping = read_mapping(
        "x",
        """\
{exchange: x, version: 1, columns: {
  trade_id: {from: 0, type: int}, side: {from: 1, type: int, map: {10: BUY, 20: SELL}},
  price: {from: 2}, quantity: {from: 3}, trade_ts: {from: 4, format: epoch_ms}}}
""",
        "x.yaml",
    )
    lines = [b"[%d,%d,1.5,2.5,1714564800123]" % (i, i % 2 * 10 + 10) for i in range(10, 40)]
    fields = parse_fixed(batch(b"\n".join(lines)), mapping)
    assert fields is not None
    assert fields.arrays[1].to_pylist() == ["10", "20"] * 15


def test_lines_of_no_form_are_given_up_at_once() -> None:
    data = b"\n".join(line(size=f"{i}e-3") for i in range(1000))
    assert parse_fixed(batch(data), MAPPING) is None
    assert parse_fixed(batch(b"\xff" + line()), MAPPING) is None


@given(st.binary(min_size=1, max_size=60), st.integers(0, 40))
def test_a_window_at_the_end_of_the_data_is_filled_up(text: bytes, size: int) -> None:
    """Windows are whole words, and the last lines have no eight bytes behind them."""
    template = words_of(b"\0" * max(1, size))
    starts = np.arange(len(text), dtype=np.int64)
    found = columns(text, starts, template)
    for start in range(len(text)):
        window = text[start : start + 8 * len(template)].ljust(8 * len(template), b"\0")
        assert found[:, start].astype("<u8").tobytes() == window


@given(st.text("0123456789", min_size=1, max_size=18), st.integers(0, 9), st.integers(0, 9))
def test_digits_make_their_number_wherever_they_stand(digits: str, before: int, after: int) -> None:
    """Bytes above 9 stand around them: what is next to a number's digits must not get into it."""
    values = b"\x7f" * before + bytes(int(digit) for digit in digits) + b"\x7f" * after
    words = words_of(values.ljust(8, b"\0")).reshape(-1, 1)
    chunks = Chunks([(0, 1), *chunks_of(before, before + len(digits))])
    assert joined(chunks.numbers(words)[1:]).tolist() == [int(digits)]


def test_no_digits_make_zero() -> None:
    assert chunks_of(5, 4) == chunks_of(5, 5) == []
    assert joined(np.zeros((0, 3), np.uint64)).tolist() == [0, 0, 0]
