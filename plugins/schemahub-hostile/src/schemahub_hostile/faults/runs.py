"""Faults that only a run shows (CT-CON-47 to 56)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from schemahub import Head, Page, RateLimit, Request, Span
from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub import ConnectorConfig, Steps

_NOTHING = Page(positions=(), lines=())


@breaks("CT-CON-47", "rows without their blanks")
class Tidy(Sound):
    def rows(self, body: bytes) -> Sequence[bytes]:
        return [row.replace(b", ", b",") for row in super().rows(body)]


@breaks("CT-CON-48", "remembers the first head")
class Remembering(Sound):
    heads: ClassVar[dict[str, Head]] = {}

    def head(self, product: str) -> Steps[Head]:
        head = yield from super().head(product)
        return self.heads.setdefault(product, head)


class _Counted(Sound):
    """Numbers rows by the question, not by their ids."""

    def page(self, product: str, span: Span) -> Steps[Page]:
        response = yield self.ask(product, span)
        page = self.page_of(response.body)
        count = min(len(page.positions), len(span))
        if not count:
            return _NOTHING
        positions = range(span.first, span.first + count)
        return replace(
            page, positions=positions, lines=page.lines[:count], times_ns=(page.times_ns or ())[:count]
        )


@breaks("CT-CON-49", "numbers rows by the question")
class Counted(_Counted):
    pass


@breaks("CT-CON-50", "a span that was asked for is done with")
class Done(Sound):
    done: ClassVar[set[Span]] = set()

    def page(self, product: str, span: Span) -> Steps[Page]:
        if span in self.done and len(span) == self.page_limit:
            yield self.ask(product, span)
            return _NOTHING
        page = yield from super().page(product, span)
        self.done.add(span)
        return page


@breaks("CT-CON-51", "walks to each page from the beginning")
class Walking(Sound):
    def page(self, product: str, span: Span) -> Steps[Page]:
        for first in range(1, span.first, self.page_limit):
            yield self.ask(product, Span(first, first + self.page_limit - 1))
        return (yield from super().page(product, span))


@breaks("CT-CON-52", "hides trades from all but the instance that came first")
class Jealous(Sound):
    # The instances themselves: an id is given again to whatever comes after one that is gone.
    owner: ClassVar[list[Jealous]] = []

    def __init__(self, config: ConnectorConfig) -> None:
        super().__init__(config)
        self.owner.append(self)

    def page(self, product: str, span: Span) -> Steps[Page]:
        page = yield from super().page(product, span)
        if self.owner[0] is self:
            return page
        kept = [at for at, position in enumerate(page.positions) if position % 7]
        lines = [page.lines[at] for at in kept]
        return replace(page, positions=[page.positions[at] for at in kept], lines=lines, times_ns=None)


@breaks("CT-CON-53", "a rate of its own")
class Fast(Sound):
    def rate_limits(self) -> tuple[RateLimit, ...]:
        return (RateLimit(name="requests", per_second=1_000.0, burst=1_000.0),)


@breaks("CT-CON-54", "fills holes with the row before")
class Filling(Sound):
    def page(self, product: str, span: Span) -> Steps[Page]:
        page = yield from super().page(product, span)
        known = dict(zip(page.positions, page.lines, strict=True))
        if not known:
            return page
        positions = range(page.positions[0], page.positions[-1] + 1)
        lines: list[bytes] = []
        for position in positions:
            lines.append(known.get(position) or lines[-1])
        return replace(page, positions=positions, lines=lines, times_ns=None)


@breaks("CT-CON-55", "numbers every page by its question")
class Credulous(_Counted):
    def head(self, product: str) -> Steps[Head]:
        response = yield Request(path=self.path("newest", product))
        page = self.page_of(response.body)
        return Head(positions=page.positions, times_ns=page.times_ns or ())


@breaks("CT-CON-56", "begins behind the trades of the time asked for")
class Behind(Sound):
    def locate(self, product: str, time_ns: int, within: Span) -> Steps[int]:
        return (yield from super().locate(product, time_ns + 1, within))
