"""One product's append-only log of trades, as the lines that are served."""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING

from schemahub.spans import Span, SpanSet
from schemahub.testing.simulator.bounded import Bounded
from schemahub.testing.simulator.text import TextStyle
from schemahub.times import iso_to_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from schemahub.testing.simulator.history import History

_PAGES_KEPT = 64
_SECOND = 1_000_000_000


class TradeLog:
    """Lines by id: a generated past (held as a formula), then explicit rows (held as they are).

    Ids run from `first` to `last` without a hole, unless `remove` makes one.
    """

    def __init__(
        self, *, style: TextStyle | None = None, history: History | None = None, first_id: int = 1
    ) -> None:
        """Start with the past; explicit rows go on behind it, or at `first_id` where there is none."""
        self._style = style or TextStyle()
        self._history = history
        self._tail_first = history.span.last + 1 if history else first_id
        self._tail: list[bytes] = []
        self._changed: dict[int, bytes] = {}
        self._alter: Callable[[int, bytes], bytes] | None = None
        self._pages: Bounded[SpanSet, bytes] = Bounded(_PAGES_KEPT)
        self.holes = SpanSet()
        self.first = history.span.first if history else first_id

    @property
    def last(self) -> int:
        """Return the newest id, `first - 1` while empty; a hole counts."""
        return self._tail_first + len(self._tail) - 1

    def append(self, lines: Iterable[bytes]) -> None:
        """Add rows at the head, each under the next id."""
        self._tail.extend(lines)

    def present(self, first: int, last: int) -> SpanSet:
        """Return the ids from `first` to `last` that exist."""
        first, last = max(first, self.first), min(last, self.last)
        return SpanSet((Span(first, last),)) - self.holes if first <= last else SpanSet()

    def lines(self, ids: SpanSet) -> Iterator[bytes]:
        """Yield the lines of existing ids, ascending."""
        for span in ids:
            if not self._alter and not self._changed:
                yield from self._plain(span)
                continue
            for trade_id, line in enumerate(self._plain(span), span.first):
                changed = self._changed.get(trade_id, line)
                yield self._alter(trade_id, changed) if self._alter else changed

    def page(self, ids: SpanSet) -> bytes:
        """Return a page of existing ids, newest first; asked again, it is the same object."""
        body = self._pages.get(ids)
        if body is None:
            body = b"[" + b",".join(reversed(list(self.lines(ids)))) + b"]"
            self._pages[ids] = body
        return body

    def time_ns(self, trade_id: int) -> int:
        """Return the time that an id's line shows; a hole has the time of the line below it."""
        while trade_id in self.holes and trade_id > self.first:
            trade_id -= 1
        (line,) = self.lines(SpanSet((Span(trade_id, trade_id),)))
        return iso_to_ns(json.loads(line)["time"])

    def first_at(self, time_ns: int) -> int:
        """Return the first id that is not older than `time_ns`, `last + 1` if all are."""
        return self.first + bisect_left(range(self.first, self.last + 1), time_ns, key=self.time_ns)

    def remove(self, ids: Iterable[int]) -> None:
        """Make a hole: these ids are no longer served."""
        self.holes |= SpanSet.of(Span(trade_id, trade_id) for trade_id in ids)

    def heal(self, ids: Iterable[int]) -> None:
        """Serve these ids again."""
        self.holes -= SpanSet.of(Span(trade_id, trade_id) for trade_id in ids)

    def disorder(self, trade_id: int) -> None:
        """Date a trade one second after the one that follows it."""
        (line,) = self.lines(SpanSet((Span(trade_id, trade_id),)))
        wrong = self._style.time_text(self.time_ns(trade_id + 1) + _SECOND)
        self.replace(trade_id, line.replace(json.loads(line)["time"].encode(), wrong.encode()))

    def replace(self, trade_id: int, line: bytes) -> None:
        """Serve another line under an id: a restated trade."""
        self._changed[trade_id] = line
        self._pages.clear()

    def alter(self, each: Callable[[int, bytes], bytes] | None) -> None:
        """Pass every line served through `each(id, line)`."""
        self._alter = each
        self._pages.clear()

    def _plain(self, span: Span) -> Iterator[bytes]:
        past = self._history.span.clip(span) if self._history else None
        if self._history and past:
            yield from map(self._style.line, self._history.trades(past))
        start = max(span.first, self._tail_first) - self._tail_first
        yield from self._tail[start : max(0, span.last + 1 - self._tail_first)]
