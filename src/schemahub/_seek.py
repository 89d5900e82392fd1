"""Find positions and times in a stream that can only be followed forward, from token to token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from schemahub._page_parts import first_at, page_of, part_of, times_of
from schemahub.errors import StalledError

if TYPE_CHECKING:
    from schemahub.model import Head, Page, Steps
    from schemahub.spans import Span

_MOST_PROBES = 200


class Tokens(Protocol):
    """The part of a connector that the search needs."""

    def head(self, product: str) -> Steps[Head]:
        """Return the newest trades."""
        ...

    def follow(self, product: str, token: str) -> Steps[Page]:
        """Return the trades after a token's place."""
        ...

    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        """Return a token at or before a time."""
        ...


def locate_by_tokens(tokens: Tokens, product: str, time_ns: int, within: Span) -> Steps[int]:
    """Return the first position in `within` that is not older than `time_ns`, else `within.last + 1`."""
    walk = _Walk(tokens, product)
    token: str | None = yield from tokens.token_at(product, time_ns)
    while token is not None:
        page = yield from walk.page(token)
        at = first_at(page, time_ns)
        if at is not None:
            return min(max(at, within.first), within.last + 1)
        token = yield from walk.onward(page)
    return within.last + 1


def page_by_tokens(tokens: Tokens, product: str, span: Span) -> Steps[Page]:
    """Return the trades of `span`, from a token at or before it that is searched for."""
    token: str | None = yield from token_before(tokens, product, span.first)
    walk = _Walk(tokens, product)
    positions: list[int] = []
    lines: list[bytes] = []
    times: list[int] = []
    while token is not None:
        page = yield from walk.page(token)
        # Pages may overlap: what was taken from the one before is not taken again.
        part = part_of(page, positions[-1] + 1 if positions else span.first, span.last)
        positions += part.positions
        lines += part.lines
        times += times_of(part)
        past = bool(page.positions) and page.positions[-1] >= span.last
        token = None if past else (yield from walk.onward(page))
    return page_of(positions, lines, times)


@dataclass(slots=True)
class _Walk:
    """Follows tokens, and comes to an end."""

    tokens: Tokens
    product: str
    probes: int = 0
    seen: set[str] = field(default_factory=set)

    def page(self, token: str) -> Steps[Page]:
        self.probes += 1
        if self.probes > _MOST_PROBES:
            msg = "following tokens does not come to an end"
            raise StalledError(msg, where=self.product, expected=f"at most {_MOST_PROBES} pages")
        self.seen.add(token)
        return (yield from self.tokens.follow(self.product, token))

    def onward(self, page: Page) -> Steps[str | None]:
        """Return the token to go on with; None at the head, and where it leads in a circle.

        Rather from the time of the page's last trade than from its token, which may lead behind trades of
        the same time that did not fit into the page.
        """
        if page.positions:
            token = yield from self.tokens.token_at(self.product, times_of(page)[-1])
            if token not in self.seen:
                return token
        token = page.next_token or ""
        return token if token and token not in self.seen else None


@dataclass(slots=True)
class _Bracket:
    """Between which trades a position lies: those up to `low` are before it, those from `high` on behind."""

    position: int
    low: int
    low_time: int
    high: int
    high_time: int
    next_time: int
    """The time to look at next."""

    def learn(self, time_ns: int, page: Page, probe: int) -> bool:
        """Narrow by the page from a time on, which lacks the position; tell whether to look further."""
        if not page.positions or page.positions[0] > self.position:
            self.high, self.high_time = (page.positions or (self.high,))[0], time_ns
        elif page.positions[-1] <= self.low:
            return False
        else:
            self.low, self.low_time = page.positions[-1], times_of(page)[-1]
            if self.low + len(page.positions) >= self.position:
                self.next_time = self.low_time
                return True
        self.next_time = self._guess(probe)
        return self.low_time < self.next_time < self.high_time

    def _guess(self, probe: int) -> int:
        """Return where even trading would put the position, every second time the middle."""
        if probe % 2 or self.high <= self.low:
            return (self.low_time + self.high_time) // 2
        share = (self.high_time - self.low_time) * (self.position - self.low) // (self.high - self.low)
        return min(max(self.low_time + 1, self.low_time + share), self.high_time - 1)


def token_before(tokens: Tokens, product: str, position: int) -> Steps[str]:
    """Return a token whose page has `position`, if it is served at all.

    Else it is one from the trades before it, or to the oldest trades there are.
    """
    walk = _Walk(tokens, product)
    best = yield from tokens.token_at(product, 0)
    first = yield from walk.page(best)
    head = yield from tokens.head(product)
    if not first.positions or not head.positions or first.positions[-1] >= position:
        return best
    low_time = times_of(first)[-1]
    bracket = _Bracket(
        position=position,
        low=first.positions[-1],
        low_time=low_time,
        high=head.positions[-1],
        high_time=head.times_ns[-1] + 1,
        next_time=low_time,
    )
    more = True
    while more:
        time_ns = bracket.next_time
        token = yield from tokens.token_at(product, time_ns)
        page = yield from walk.page(token)
        if page.positions and page.positions[0] <= position <= page.positions[-1]:
            return token
        more = bracket.learn(time_ns, page, walk.probes)
    return (yield from tokens.token_at(product, bracket.low_time))
