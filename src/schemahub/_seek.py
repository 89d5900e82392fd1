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
        token = walk.onward(page)
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
        token = None if past else walk.onward(page)
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

    def onward(self, page: Page) -> str | None:
        """Return the token to go on with; None at the head, and where it leads in a circle."""
        token = page.next_token
        return None if token is None or token in self.seen else token


@dataclass(slots=True)
class _Bracket:
    """Two trades around the position that is looked for, and their times."""

    low: int
    low_time: int
    high: int
    high_time: int

    def guess(self, position: int, probe: int) -> int:
        """Return the time to look at: where even trading would put it, every second time the middle."""
        if probe % 2 or self.high <= self.low:
            return (self.low_time + self.high_time) // 2
        share = (self.high_time - self.low_time) * (position - self.low) // (self.high - self.low)
        return min(max(self.low_time + 1, self.low_time + share), self.high_time - 1)


def token_before(tokens: Tokens, product: str, position: int) -> Steps[str]:
    """Return a token from which `position` comes within a page or two, if it is served at all.

    Where nothing that old is served, it is a token to the oldest trades there are.
    """
    walk = _Walk(tokens, product)
    best = yield from tokens.token_at(product, 0)
    first = yield from walk.page(best)
    head = yield from tokens.head(product)
    if not first.positions or not head.positions or first.positions[-1] >= position:
        return best
    bracket = _Bracket(
        low=first.positions[-1],
        low_time=times_of(first)[-1],
        high=head.positions[-1],
        high_time=head.times_ns[-1] + 1,
    )
    best = first.next_token or best
    while bracket.high_time - bracket.low_time > 1:
        time_ns = bracket.guess(position, walk.probes)
        token = yield from tokens.token_at(product, time_ns)
        page = yield from walk.page(token)
        if not page.positions or page.positions[0] > position:
            bracket.high, bracket.high_time = page.positions[0] if page.positions else bracket.high, time_ns
        elif page.positions[-1] >= position:
            return token
        else:
            bracket.low, bracket.low_time = page.positions[-1], max(times_of(page)[-1], time_ns)
            best = page.next_token or token
            if bracket.low + len(page.positions) >= position:
                return best
    return best
