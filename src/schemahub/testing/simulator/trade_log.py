"""One product's append-only log of trades, as the lines that are served."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple, Protocol

from schemahub.spans import Span, SpanSet
from schemahub.testing.simulator.bounded import Bounded
from schemahub.testing.simulator.text import TextStyle, Trade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from schemahub.testing.simulator.history import History

_PAGES_KEPT = 64
_SECOND = 1_000_000_000


class Row(NamedTuple):
    """One trade as a page shows it."""

    id: int
    time_ns: int
    line: bytes


class Spelling(Protocol):
    """How trades become lines, and what a line says."""

    def line(self, trade: Trade) -> bytes:
        """Return the trade's line."""
        ...

    def moment(self, time_ns: int) -> int:
        """Return the trade's time as it is kept."""
        ...

    def read(self, line: bytes) -> tuple[int, int]:
        """Return a line's id and time."""
        ...


def _as_it_is(index: int) -> int:
    return index


class TradeLog:
    """Trades by index: a generated past (held as a formula), then explicit ones (held as they are).

    Indices run from `first` to `last` without a hole, unless `remove` makes one. An index is the trade's
    id, but for exchanges with sparse ids: `id_of` and `index_of` lead from one to the other.
    """

    def __init__(
        self,
        *,
        style: Spelling | None = None,
        history: History | None = None,
        first_id: int = 1,
        id_of: Callable[[int], int] = _as_it_is,
    ) -> None:
        """Start with the past; explicit trades go on behind it, or at `first_id` where there is none."""
        self.id_of = id_of
        self._style = style or TextStyle()
        self._history = history
        self._tail_first = history.span.last + 1 if history else first_id
        self._tail: list[bytes | Trade] = []
        self._changed: dict[int, bytes] = {}
        self._moved: dict[int, int] = {}
        self._alter: Callable[[int, bytes], bytes] | None = None
        self._pages: Bounded[SpanSet, bytes] = Bounded(_PAGES_KEPT)
        self.holes = SpanSet()
        self.first = history.span.first if history else first_id

    @property
    def last(self) -> int:
        """Return the newest index, `first - 1` while empty; a hole counts."""
        return self._tail_first + len(self._tail) - 1

    def append(self, entries: Iterable[bytes | Trade]) -> None:
        """Add trades, or recorded lines, at the head, each under the next index."""
        self._tail.extend(entries)

    def present(self, first: int, last: int) -> SpanSet:
        """Return the indices from `first` to `last` that exist."""
        first, last = max(first, self.first), min(last, self.last)
        return SpanSet((Span(first, last),)) - self.holes if first <= last else SpanSet()

    def lines(self, indices: SpanSet) -> Iterator[bytes]:
        """Yield the lines of existing trades, ascending."""
        for span in indices:
            if not self._alter and not self._changed:
                yield from map(self._spelt, self._entries(span))
                continue
            for index, entry in enumerate(self._entries(span), span.first):
                yield self._line(index, entry)

    def rows(self, indices: SpanSet) -> Iterator[Row]:
        """Yield existing trades, ascending, with their ids and times."""
        for span in indices:
            for index, entry in enumerate(self._entries(span), span.first):
                yield Row(self.id_of(index), self._time(index, entry), self._line(index, entry))

    def trades(self, indices: SpanSet) -> Iterator[Trade | None]:
        """Yield existing trades, ascending, as they were made; None where they were recorded or restated."""
        for span in indices:
            for index, entry in enumerate(self._entries(span), span.first):
                yield None if isinstance(entry, bytes) or index in self._changed else entry

    def page(self, ids: SpanSet) -> bytes:
        """Return a page of existing ids, newest first; asked again, it is the same object."""
        body = self._pages.get(ids)
        if body is None:
            body = b"[" + b",".join(reversed(list(self.lines(ids)))) + b"]"
            self._pages[ids] = body
        return body

    def time_ns(self, index: int) -> int:
        """Return the time that an index's line shows; a hole has the time of the line below it."""
        while index in self.holes and index > self.first:
            index -= 1
        (entry,) = self._entries(Span(index, index))
        return self._time(index, entry)

    def first_at(self, time_ns: int) -> int:
        """Return the first index that is not older than `time_ns`, `last + 1` if all are."""
        return self.first + bisect_left(range(self.first, self.last + 1), time_ns, key=self.time_ns)

    def index_of(self, trade_id: int) -> int:
        """Return the first index whose id is not below `trade_id`, `last + 1` if all are."""
        return self.first + bisect_left(range(self.first, self.last + 1), trade_id, key=self.id_of)

    def remove(self, indices: Iterable[int]) -> None:
        """Make a hole: these are no longer served."""
        self.holes |= SpanSet.of(Span(index, index) for index in indices)

    def heal(self, indices: Iterable[int]) -> None:
        """Serve these again."""
        self.holes -= SpanSet.of(Span(index, index) for index in indices)

    def disorder(self, index: int) -> None:
        """Date a generated trade one second after the one that follows it."""
        (entry,) = self._entries(Span(index, index))
        if isinstance(entry, bytes):
            msg = f"{index} is a recorded line"
            raise TypeError(msg)
        self._moved[index] = self.time_ns(index + 1) + _SECOND
        self._pages.clear()

    def replace(self, index: int, line: bytes) -> None:
        """Serve another line under an index: a restated trade."""
        self._changed[index] = line
        self._pages.clear()

    def alter(self, each: Callable[[int, bytes], bytes] | None) -> None:
        """Pass every line served through `each(index, line)`."""
        self._alter = each
        self._pages.clear()

    def _line(self, index: int, entry: bytes | Trade) -> bytes:
        line = self._changed.get(index) or self._spelt(entry)
        return self._alter(index, line) if self._alter else line

    def _time(self, index: int, entry: bytes | Trade) -> int:
        entry = self._changed.get(index, entry)
        return self._style.read(entry)[1] if isinstance(entry, bytes) else entry.time_ns

    def _spelt(self, entry: bytes | Trade) -> bytes:
        return entry if isinstance(entry, bytes) else self._style.line(entry)

    def _entries(self, span: Span) -> Iterator[bytes | Trade]:
        past = self._history.span.clip(span) if self._history else None
        if self._history and past:
            yield from map(self._seen, self._history.trades(past))
        start = max(span.first, self._tail_first) - self._tail_first
        for entry in self._tail[start : max(0, span.last + 1 - self._tail_first)]:
            yield entry if isinstance(entry, bytes) else self._seen(entry)

    def _seen(self, trade: Trade) -> Trade:
        """Return a trade as the exchange keeps it."""
        index, time_ns, side, price, size = trade
        moved = self._moved.get(index)
        time_ns = self._style.moment(time_ns) if moved is None else moved
        return Trade(self.id_of(index), time_ns, side, price, size)
