"""New trades arriving at the head of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.spans import Span
from schemahub.testing.simulator.text import Trade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.testing.simulator.tape import Tape
    from schemahub.testing.simulator.trade_log import TradeLog

_SECOND = 1_000_000_000
_MICROSECOND = 1_000


class Head:
    """Appends to one log, in sweeps that share a time, never going back."""

    def __init__(self, log: TradeLog, tape: Tape, now_ns: int) -> None:
        """Go on where the log ends; arrivals by rate count from `now_ns`."""
        self._log = log
        self._tape = tape
        self._since = now_ns
        self._last_time = log.time_ns(log.last) if log.last >= log.first else 0

    def advance(self, count: int, start_ns: int, end_ns: int) -> None:
        """Append `count` trades that happened after `start_ns`, until `end_ns`."""
        if count > 0:
            self._log.append(list(self._trades(count, start_ns, end_ns)))

    def catch_up(self, now_ns: int, per_second: float) -> None:
        """Append what a rate has brought since the last call; what is due in part comes later."""
        due = int((now_ns - self._since) * per_second / _SECOND)
        if due > 0:
            end_ns = min(now_ns, self._since + int(due * _SECOND / per_second))
            self.advance(due, self._since, end_ns)
            self._since = end_ns

    def _trades(self, count: int, start_ns: int, end_ns: int) -> Iterator[Trade]:
        first = self._log.last + 1
        for at, deal in enumerate(self._tape.deals(Span(first, first + count - 1)), 1):
            # A sweep is over in a moment: nothing joins it that comes seconds later.
            if not deal.ties or self._last_time < start_ns - _SECOND:
                time_ns = start_ns + (end_ns - start_ns) * at // count
                self._last_time = max(self._last_time, time_ns - time_ns % _MICROSECOND)
            yield Trade(deal.id, self._last_time, deal.side, deal.price_e8, deal.size_e8)
