"""How a trade is spelt on the wire; it changed over the years."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from schemahub.times import iso_to_ns

_SECOND = 1_000_000_000
_E8 = 100_000_000


_NEW = '{"trade_id":%d,"side":"%s","size":"%s","price":"%s","time":"%s"}'
_OLD = '{"time":"%s","trade_id":%d,"price":"%s","size":"%s","side":"%s"}'


class Trade(NamedTuple):
    """One trade; `side` is the maker's, price and size count units of 1e-8."""

    id: int
    time_ns: int
    side: str
    price_e8: int
    size_e8: int

    @property
    def taker(self) -> str:
        """Return the taker's side."""
        return "buy" if self.side == "sell" else "sell"

    @property
    def price(self) -> str:
        """Return the price as decimal text, as short as it goes."""
        return decimal(self.price_e8)

    @property
    def size(self) -> str:
        """Return the size as decimal text, as short as it goes."""
        return decimal(self.size_e8)


def decimal(value_e8: int) -> str:
    """Return a number of 1e-8 units as decimal text, without zeros at its end."""
    return f"{value_e8 // _E8}.{value_e8 % _E8:08d}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """An era's spelling.

    `time`: microseconds or milliseconds, trailing zeros trimmed (down to no fraction at all) or kept.
    `decimals`: eight places, or as few as needed. `keys`: the order until 2020, or the one since.
    """

    time: Literal["micro_trim", "milli_trim", "micro_pad"] = "micro_trim"
    decimals: Literal["pad8", "trim"] = "pad8"
    keys: Literal["new", "old"] = "new"

    def line(self, trade: Trade) -> bytes:
        """Return the trade as one compact JSON object."""
        size, price = self.decimal_text(trade.size_e8), self.decimal_text(trade.price_e8)
        time = self.time_text(trade.time_ns)
        if self.keys == "new":
            return (_NEW % (trade.id, trade.side, size, price, time)).encode()
        return (_OLD % (time, trade.id, price, size, trade.side)).encode()

    def decimal_text(self, value_e8: int) -> str:
        """Return a number of 1e-8 units as decimal text."""
        return decimal(value_e8) if self.decimals == "trim" else f"{value_e8 // _E8}.{value_e8 % _E8:08d}"

    def moment(self, time_ns: int) -> int:
        """Return the time that is left of one when it is printed."""
        return time_ns - time_ns % (1_000_000 if self.time == "milli_trim" else 1_000)

    def read(self, line: bytes) -> tuple[int, int]:
        """Return a line's trade id and time."""
        row = json.loads(line)
        trade_id, time_ns = row["trade_id"], iso_to_ns(row["time"])
        if not isinstance(trade_id, int):
            msg = f"trade_id {trade_id!r} where a whole number was expected"
            raise ValueError(msg)  # noqa: TRY004 - what is wrong is a file's content, not a call
        return trade_id, time_ns

    def time_text(self, time_ns: int) -> str:
        """Return an RFC 3339 time in UTC; what is finer than the style is cut off."""
        minute, rest_ns = divmod(time_ns, 60 * _SECOND)
        seconds = f"{rest_ns // 1_000_000:05d}" if self.time == "milli_trim" else f"{rest_ns // 1_000:08d}"
        text = f"{_minute_text(minute)}{seconds[:2]}.{seconds[2:]}"
        return f"{text if self.time == 'micro_pad' else text.rstrip('0').rstrip('.')}Z"


@lru_cache(maxsize=4096)
def _minute_text(minute: int) -> str:
    # Pages are made by the thousand rows, and formatting a date is what costs most.
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:")
