"""The trades of one market that an exchange shows at a moment, as pages are made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.testing.simulator.selection import newest, oldest

if TYPE_CHECKING:
    from schemahub.spans import SpanSet
    from schemahub.testing.simulator.trade_log import Row, TradeLog


class Shown:
    """Rows, always ascending: trades older than the exchange reaches, and holes, are not there."""

    def __init__(self, log: TradeLog, floor_ns: int | None = None) -> None:
        """Look at a log; nothing older than `floor_ns` is shown."""
        self.log = log
        self._first = log.first if floor_ns is None else log.first_at(floor_ns)

    def newest(self, limit: int) -> list[Row]:
        """Return the newest rows."""
        return self._rows(newest(self.log.present(self._first, self.log.last), limit))

    def from_id(self, trade_id: int, limit: int) -> list[Row]:
        """Return the oldest rows whose ids are not below `trade_id`."""
        return self._from(self.log.index_of(trade_id), limit)

    def before_id(self, trade_id: int, limit: int) -> list[Row]:
        """Return the newest rows whose ids are below `trade_id`."""
        last = min(self.log.index_of(trade_id) - 1, self.log.last)
        return self._rows(newest(self.log.present(self._first, last), limit))

    def from_time(self, time_ns: int, limit: int) -> list[Row]:
        """Return the oldest rows that are not older than `time_ns`."""
        return self._from(self.log.first_at(time_ns), limit)

    def since(self, time_ns: int) -> list[Row]:
        """Return all rows that are not older than `time_ns`."""
        return self.from_time(time_ns, len(range(self._first, self.log.last + 1)))

    def _from(self, index: int, limit: int) -> list[Row]:
        return self._rows(oldest(self.log.present(max(index, self._first), self.log.last), limit))

    def _rows(self, indices: SpanSet) -> list[Row]:
        return list(self.log.rows(indices))
