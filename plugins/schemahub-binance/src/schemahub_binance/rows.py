"""Trades as the API and the bulk files write them, as columns."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

import msgspec

from schemahub import Page, lines
from schemahub.bodies import excerpt
from schemahub.errors import IntegrityError, RetryableError

if TYPE_CHECKING:
    from schemahub import Span

_LEAST_US = 100_000_000_000_000
"""Times above this count microseconds (since 1973), below it milliseconds (until 5138)."""

_ROW = re.compile(rb"^(\d+),[\d.]+,[\d.]+,[\d.]+,\d{13,16},(?:True|False),(?:True|False)$", re.MULTILINE)
"""id, price, qty, quoteQty, time, isBuyerMaker, isBestMatch; nothing that JSON would have to escape."""

_TIME = 4


class Trade(msgspec.Struct, gc=False):
    """What has to be known of a row; the rest is kept as it is."""

    id: int
    time: int


_trades = msgspec.json.Decoder(list[Trade])


def parse_trades(body: bytes, where: str) -> list[Trade]:
    """Read the rows of an answer, ascending."""
    try:
        return _trades.decode(body)
    except msgspec.DecodeError as error:
        msg = "the trades make no sense"
        raise RetryableError(msg, where=where, found=excerpt(body)) from error


def page_of(body: bytes, span: Span, where: str) -> Page:
    """Return the rows of `span`.

    An id that is not served is answered with the first ones that are (ids from 437921759 on were sent for
    `fromId=1`), and a hole is stepped over: what lies outside of what was asked for is not passed on.
    """
    trades = parse_trades(body, where)
    ids = [trade.id for trade in trades]
    begin, end = bisect_left(ids, span.first), bisect_left(ids, span.last + 1)
    if begin == end:
        return Page(positions=(), lines=())
    return Page(
        positions=ids[begin:end],
        lines=lines(body)[begin:end],
        first_time_ns=time_ns(trades[begin].time),
        last_time_ns=time_ns(trades[end - 1].time),
    )


def archive_page_of(data: bytes, product: str) -> Page:
    """Return the lines of a bulk file as JSON arrays of their own texts.

    Every line is compared with what a row is, at half a microsecond each: one that is not makes the file
    unusable. Two replacements make the arrays of all lines at once.
    """
    data = data.partition(b"\n")[2] if data.startswith(b"id,") else data
    if not data.strip():
        return Page(positions=(), lines=())
    data = data.removesuffix(b"\n")
    arrays = b'["' + data.replace(b",", b'","').replace(b"\n", b'"]\n["') + b'"]'
    rows = arrays.split(b"\n")
    ids = _ROW.findall(data)
    if len(ids) != len(rows):
        odd = next(line for line in data.split(b"\n") if _ROW.fullmatch(line) is None)
        msg = "a line of the bulk file is no trade"
        raise IntegrityError(
            msg, where=product, expected="id,price,qty,quoteQty,time,...", found=excerpt(odd)
        )
    return Page(
        positions=list(map(int, ids)),
        lines=rows,
        first_time_ns=_time_of(rows[0]),
        last_time_ns=_time_of(rows[-1]),
    )


def time_ns(value: int) -> int:
    """Return a time in nanoseconds; the exchange counts milliseconds, or microseconds where it was asked to.

    Bulk files changed on 2025-01-01, so each value is judged by its size.
    """
    return value * 1_000 if value >= _LEAST_US else value * 1_000_000


def _time_of(array: bytes) -> int:
    return time_ns(int(array.split(b'","')[_TIME]))
