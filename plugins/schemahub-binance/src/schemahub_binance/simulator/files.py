"""The bulk files beside the simulated API: zips of a day or a month, each with its checksum."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from schemahub.testing.simulator import SimResponse
from schemahub_binance.bulk import Period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.testing.simulator import Asked, TradeLog

_PATH = re.compile(
    r"/data/spot/(daily|monthly)/trades/([^/]+)/\2-trades-(\d{4}-\d\d(?:-\d\d)?)\.zip(\.CHECKSUM)?"
)
_SECOND = 10**9
_FIRST_MICROSECONDS = 1_735_689_600 * _SECOND
"""Files of 2025 and later have microseconds."""
_RANGE = re.compile(r"bytes=(\d+)-")
_KEPT = 64
_SELDOM = 500


@dataclass(kw_only=True)
class Files:
    """What is special of the files; they follow from the trades otherwise.

    A day's file is there once the day is over, a month's from the first Monday of the next month on. `lacks`
    names trade ids that no file holds, though the API may. `republished` maps a period, such as
    `2024-05-02`, to the moment (ns) from which its file is whole: until then every five-hundredth trade is
    missing, and the checksum is that of the file as it is then.
    """

    lacks: frozenset[int] = frozenset()
    republished: Mapping[str, int] = field(default_factory=dict)
    _made: dict[tuple[str, str, bool], bytes] = field(default_factory=dict)

    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer with a file or a checksum; None where there is none, or none yet."""
        match = _PATH.fullmatch(asked.path)
        log = asked.logs.get(match[2]) if match else None
        if match is None or log is None:
            return None
        period = _period(match[1], match[3])
        if period is None or asked.now_ns < _published_ns(period):
            return None
        whole = asked.now_ns >= self.republished.get(period.text, 0)
        data = self._file(match[2], log, period, whole=whole)
        if match[4]:
            name = asked.path.rpartition("/")[2].removesuffix(".CHECKSUM")
            return _bytes(f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode())
        return _ranged(data, asked)

    def _file(self, symbol: str, log: TradeLog, period: Period, *, whole: bool) -> bytes:
        key = (symbol, period.text, whole)
        if key not in self._made:
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[key] = self._zip(symbol, log, period, whole=whole)
        return self._made[key]

    def _zip(self, symbol: str, log: TradeLog, period: Period, *, whole: bool) -> bytes:
        first, last = (log.first_at(_ns(moment)) for moment in (period.start, period.end))
        rows = map(json.loads, log.lines(log.present(first, last - 1)))
        text = "".join(
            _csv(row) for row in rows if row["id"] not in self.lacks and (whole or row["id"] % _SELDOM)
        )
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            # A time of its own would make other bytes each time.
            name = zipfile.ZipInfo(f"{symbol}-trades-{period.text}.csv")
            name.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(name, text)
        return data.getvalue()


def _csv(row: Mapping[str, object]) -> str:
    time = int(str(row["time"]))
    shown = time if time * 1_000 >= _FIRST_MICROSECONDS else time // 1_000
    texts = (
        row["id"],
        row["price"],
        row["qty"],
        row["quoteQty"],
        shown,
        row["isBuyerMaker"],
        row["isBestMatch"],
    )
    return ",".join(map(str, texts)) + "\n"


def _period(kind: str, text: str) -> Period | None:
    try:
        start = _ns(datetime.fromisoformat(text if kind == "daily" else f"{text}-01").replace(tzinfo=UTC))
    except ValueError:
        return None
    return Period.month_of(start) if kind == "monthly" else Period.day_of(start)


def _published_ns(period: Period) -> int:
    until_monday = timedelta(days=-period.end.weekday() % 7 if period.kind == "monthly" else 0)
    return _ns(period.end + until_monday)


def _ranged(data: bytes, asked: Asked) -> SimResponse:
    tag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
    headers = {"ETag": tag, "Accept-Ranges": "bytes", "Content-Type": "application/zip"}
    wish = _RANGE.fullmatch(asked.headers.get("range", ""))
    if wish is None or asked.headers.get("if-range", tag) != tag:
        return _bytes(data, headers)
    start = int(wish[1])
    if start >= len(data):
        return SimResponse(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
    return SimResponse(status=206, headers=headers, body=data[start:])


def _bytes(body: bytes, headers: Mapping[str, str] | None = None) -> SimResponse:
    return SimResponse(status=200, headers={"Content-Type": "text/plain", **(headers or {})}, body=body)


def _ns(moment: datetime) -> int:
    return round(moment.timestamp()) * _SECOND
