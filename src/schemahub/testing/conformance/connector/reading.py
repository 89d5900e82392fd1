"""Read a whole history through a connector, without the core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._page_parts import times_of
from schemahub.model import Ids, Page, Paging
from schemahub.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemahub.connector import Connector
    from schemahub.testing.conformance.connector.talking import Talk

_MOST_PAGES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """Trades as columns, and the pages that they came in."""

    positions: Sequence[int]
    lines: Sequence[bytes]
    times_ns: Sequence[int]
    pages: Sequence[Page]


def read_all(talk: Talk, product: str) -> Tape:
    """Return everything that is served, each trade once."""
    readers: dict[Paging, Callable[[Talk, str], Iterator[Page]]] = {
        Paging.BY_POSITION: _by_position,
        Paging.BY_TOKEN: followed,
        Paging.BY_WINDOW: _widest,
    }
    return taped(list(readers[talk.connector.paging](talk, product)))


def taped(pages: Sequence[Page]) -> Tape:
    """Join pages; what a page repeats of those before is left out."""
    positions: list[int] = []
    lines: list[bytes] = []
    times: list[int] = []
    for page in pages:
        fresh = sum(position <= positions[-1] for position in page.positions) if positions else 0
        positions += page.positions[fresh:]
        lines += page.lines[fresh:]
        times += times_of(page)[fresh:]
    return Tape(positions=positions, lines=lines, times_ns=times, pages=pages)


def followed(talk: Talk, product: str, token: str | None = None) -> Iterator[Page]:
    """Follow tokens, from the beginning or a token, until nothing new comes."""
    connector = talk.connector
    if token is None:
        token = talk.tell(connector.token_at(product, 0))  # type: ignore[attr-defined]  # a TokenConnector
    seen: set[str] = set()
    before: Page | None = None
    for _ in range(_MOST_PAGES):
        page: Page = talk.tell(connector.follow(product, token))  # type: ignore[attr-defined]  # a TokenConnector
        if before is not None and connector.ids is Ids.DENSE and _parted(before, page):
            # As the core does: the token may lead behind trades of the time that the page before ended at.
            earlier = talk.tell(connector.token_at(product, before.last_time_ns))  # type: ignore[attr-defined]  # a TokenConnector
            yield talk.tell(connector.follow(product, earlier))  # type: ignore[attr-defined]  # a TokenConnector
        yield page
        before = page
        if page.next_token in {None, token}:
            return
        seen.add(token)
        token = str(page.next_token)
        assert token not in seen, (
            f"the chain: expected each token once, found {token!r} again after {len(seen)}"
        )
    msg = f"following tokens does not come to the head within {_MOST_PAGES} pages"
    raise AssertionError(msg)


def _parted(before: Page, page: Page) -> bool:
    return bool(before.positions and page.positions) and page.positions[0] > before.positions[-1] + 1


def first_position(talk: Talk, product: str) -> int:
    """Return the first position that is served."""
    connector = talk.connector
    head = talk.tell(connector.head(product))
    return talk.tell(connector.locate(product, 0, Span(connector.first_position, head.positions[-1])))


def asked(connector: Connector, span: Span) -> Iterator[Span]:
    """Cut a span into what one page may be asked for."""
    for first in range(span.first, span.last + 1, connector.page_limit):
        yield Span(first, min(span.last, first + connector.page_limit - 1))


def _by_position(talk: Talk, product: str) -> Iterator[Page]:
    head = talk.tell(talk.connector.head(product))
    if head.positions:
        whole = Span(first_position(talk, product), head.positions[-1])
        for span in asked(talk.connector, whole):
            yield talk.tell(talk.connector.page(product, span))


def _widest(talk: Talk, product: str) -> Iterator[Page]:
    connector = talk.connector
    yield talk.tell(connector.recent(product, connector.windows[-1]))  # type: ignore[attr-defined]  # a WindowConnector
