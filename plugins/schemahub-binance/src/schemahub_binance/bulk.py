"""The bulk files of data.binance.vision: a month, or a day, of one symbol's trades in a zip.

A day's file is there on the next day, a month's from the first Monday of the next month on. Each has a
`.CHECKSUM` beside it, and both are replaced where the exchange publishes a file again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from schemahub import ArchiveFile, Request, Site, Span
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError, UnknownProduct
from schemahub_binance.asking import first_id_at

if TYPE_CHECKING:
    from schemahub import Steps

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHECKSUM = re.compile(rb"\s*([0-9a-fA-F]{64})\b.*", re.DOTALL)
_LAUNCH_NS = 1_498_867_200 * 10**9
"""2017-07-01: the exchange's first trades are of that month."""
_LONGER_THAN_A_MONTH = timedelta(days=32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A UTC day or month; `start` inclusive, `end` exclusive."""

    kind: str
    text: str
    start: datetime
    end: datetime

    @classmethod
    def month_of(cls, moment_ns: int) -> Period:
        """Return the month of a moment."""
        start = _date(moment_ns).replace(day=1)
        end = (start + _LONGER_THAN_A_MONTH).replace(day=1)
        return cls(kind="monthly", text=f"{start:%Y-%m}", start=start, end=end)

    @classmethod
    def day_of(cls, moment_ns: int) -> Period:
        """Return the day of a moment."""
        start = _date(moment_ns)
        return cls(kind="daily", text=f"{start:%Y-%m-%d}", start=start, end=start + timedelta(days=1))

    def path(self, product: str) -> str:
        """Return where the file of a symbol is."""
        symbol = quote(product, safe="")
        return f"/data/spot/{self.kind}/trades/{symbol}/{symbol}-trades-{self.text}.zip"


def file_of(product: str, span: Span, moment_ns: int) -> Steps[ArchiveFile | None]:
    """Return the file that holds the first trades of `span`, the first of which is of `moment_ns`.

    A month's where the span has all of the month, else a day's. None where it is not published.
    """
    month = Period.month_of(moment_ns)
    if (yield from first_id_at(product, _ns(month.start))) == span.first:
        after = yield from first_id_at(product, _ns(month.end))
        if after is not None and after - 1 <= span.last:
            file = yield from _published(product, month, Span(span.first, after - 1))
            if file is not None:
                return file
    day = Period.day_of(moment_ns)
    after = yield from first_id_at(product, _ns(day.end))
    last = span.last if after is None else min(span.last, after - 1)
    if last < span.first:
        return None  # the two endpoints do not agree, as right behind a trade that is hardly there
    return (yield from _published(product, day, Span(span.first, last)))


def day_before(product: str, trade_id: int, later_ns: int) -> Steps[int | None]:
    """Return the midnight before a trade that is older than `later_ns`, by a dozen questions about times.

    Trades that are not served by id any more may still be known as parts of aggregated ones. None if not.
    """
    low, high = (_date(moment) for moment in (_LAUNCH_NS, later_ns))
    if not (yield from _begins_by(product, low, trade_id)):
        return None
    while low < high:
        middle = low + timedelta(days=((high - low).days + 1) // 2)
        if (yield from _begins_by(product, middle, trade_id)):
            low = middle
        else:
            high = middle - timedelta(days=1)
    return _ns(low)


def _begins_by(product: str, day: datetime, trade_id: int) -> Steps[bool]:
    """Tell whether a day's first trade is this one or an earlier one."""
    first = yield from first_id_at(product, _ns(day))
    return first is not None and first <= trade_id


def _published(product: str, period: Period, span: Span) -> Steps[ArchiveFile | None]:
    path = period.path(product)
    try:
        response = yield Request(path=f"{path}.CHECKSUM", site=Site.ARCHIVE, endpoint="checksum")
    except UnknownProduct:
        return None
    found = _CHECKSUM.fullmatch(response.body)
    if found is None:
        msg = "the checksum makes no sense"
        raise RetryableError(msg, where=path, expected="64 digits", found=excerpt(response.body))
    request = Request(path=path, site=Site.ARCHIVE, endpoint="file")
    return ArchiveFile(request=request, span=span, sha256=found[1].decode().lower())


def _date(moment_ns: int) -> datetime:
    moment = _EPOCH + timedelta(microseconds=moment_ns // 1_000)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _ns(moment: datetime) -> int:
    return int((moment - _EPOCH) / timedelta(microseconds=1)) * 1_000
