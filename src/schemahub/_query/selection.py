"""Which rows are asked for, checked once, and which files can hold them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError
from schemahub.layout import trade_date, us
from schemahub.times import parse_time
from schemahub.transformer import UNIFIED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub.table import DataFile, Snapshot, SymbolRange

COLUMNS = tuple(name for name, _ in UNIFIED_COLUMNS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUGGESTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A filter on rows: `start_us` inclusive, `end_us` exclusive, None for no bound."""

    exchange: str | None = None
    symbol: str | None = None
    trade_id: str | None = None
    start_us: int | None = None
    end_us: int | None = None
    columns: tuple[str, ...] = COLUMNS

    @property
    def everything(self) -> bool:
        """Tell whether no row is left out."""
        return not any((self.exchange, self.symbol, self.trade_id)) and self.start_us is self.end_us is None

    def files(self, snapshot: Snapshot) -> list[DataFile]:
        """Return the files that can hold such rows, by day, time and id, from the manifest alone.

        An exchange or symbol that the table has nothing of at all is a `ConfigError`: it is misspelt, or
        was never brought in. Where the table is empty, so is the answer.
        """
        self.refuse_unknown(snapshot)
        found = (
            file for file in snapshot.files if self._day_fits(file) and any(map(self._fits, file.symbols))
        )
        return sorted(found, key=lambda file: (file.trade_date, file.key))

    def _day_fits(self, file: DataFile) -> bool:
        starts_before = self.end_us is None or file.trade_date <= trade_date(self.end_us - 1)
        return starts_before and (self.start_us is None or file.trade_date >= trade_date(self.start_us))

    def _fits(self, part: SymbolRange) -> bool:
        return (
            self.exchange in (None, part.exchange)
            and self.symbol in (None, part.symbol)
            and (self.start_us is None or part.greatest_us >= self.start_us)
            and (self.end_us is None or part.least_us < self.end_us)
            and self._id_fits(part)
        )

    def _id_fits(self, part: SymbolRange) -> bool:
        if self.trade_id is None or part.least_id is None or part.greatest_id is None:
            return True
        # The range says that all ids are integers, so text that is none is none of them.
        return self.trade_id.isdecimal() and part.least_id <= int(self.trade_id) <= part.greatest_id

    def refuse_unknown(self, snapshot: Snapshot) -> None:
        """Raise a `ConfigError` for an exchange or symbol that the table, if not empty, has nothing of."""
        known = {(part.exchange, part.symbol) for file in snapshot.files for part in file.symbols}
        if not known:
            return
        exchanges = {exchange for exchange, _ in known}
        if self.exchange is not None and self.exchange not in exchanges:
            msg = "the table has no such exchange"
            raise _unknown(msg, self.exchange, exchanges)
        symbols = {symbol for exchange, symbol in known if self.exchange in (None, exchange)}
        if self.symbol is not None and self.symbol not in symbols:
            msg = "the table has no such symbol"
            raise _unknown(msg, self.symbol, symbols)


def selection(  # noqa: PLR0913 - each is something to choose by
    *,
    exchange: str | None = None,
    symbol: str | None = None,
    trade_id: str | int | None = None,
    start: str | date | None = None,
    end: str | date | None = None,
    columns: Iterable[str] | None = None,
) -> Selection:
    """Check what a person asked for; `start` is inclusive, `end` exclusive.

    Times are aware datetimes, dates (midnight UTC) or ISO text of either; a naive one is a `ConfigError`,
    as is a column that does not exist.
    """
    return Selection(
        exchange=exchange.upper() if exchange else None,
        symbol=symbol,
        trade_id=None if trade_id is None else str(trade_id),
        start_us=_micros("start", start),
        end_us=_micros("end", end),
        columns=tuple(map(_column, columns)) if columns is not None else COLUMNS,
    )


def _micros(name: str, value: str | date | None) -> int | None:
    if value is None:
        return None
    if isinstance(value, str):
        return us(parse_time(value))
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if value.tzinfo is None:
        msg = f"{name} has no time zone"
        hint = "Pass an aware datetime, such as datetime(2026, 1, 31, tzinfo=UTC)."
        raise ConfigError(msg, found=str(value), hint=hint)
    return (value - _EPOCH) // timedelta(microseconds=1)


def _column(name: str) -> str:
    if name not in COLUMNS:
        near = difflib.get_close_matches(name, COLUMNS, 1)
        hint = f"Did you mean {near[0]!r}?" if near else None
        msg = "the table has no such column"
        raise ConfigError(msg, expected=", ".join(COLUMNS), found=repr(name), hint=hint)
    return name


def _unknown(message: str, name: str, known: set[str]) -> ConfigError:
    near = difflib.get_close_matches(name.upper(), sorted(known), _SUGGESTED)
    if near:
        return ConfigError(message, found=repr(name), hint=f"Did you mean {' or '.join(map(repr, near))}?")
    some = ", ".join(sorted(known)[:_SUGGESTED])
    more = f" and {len(known) - _SUGGESTED} more" if len(known) > _SUGGESTED else ""
    return ConfigError(message, expected=f"one of {some}{more}", found=repr(name))
