"""What an author hands to the suite, and what its tests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from schemahub.model import Ids, Paging
from schemahub.spans import Span
from schemahub.testing.conformance.connector.reading import Tape, read_all
from schemahub.testing.conformance.connector.talking import Talk
from schemahub.testing.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from schemahub.connector import Connector
    from schemahub.model import Page, Response, Steps
    from schemahub.testing.simulator import SimulatedExchange

_ROWS = 20
_EARLIER_NS = 60_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page from the middle of the history, and the answers that it was made from."""

    connector: Connector
    product: str
    page: Page
    responses: Sequence[Response]
    token: str | None

    def again(self, shift: int = 0) -> Steps[Page]:
        """Ask for the page once more; as if all ids were greater by `shift`."""
        connector, page = self.connector, self.page
        if connector.paging is Paging.BY_TOKEN:
            return connector.follow(self.product, self.token)  # type: ignore[attr-defined, no-any-return]  # a TokenConnector
        if connector.paging is Paging.BY_WINDOW:
            return connector.recent(self.product, connector.windows[-1])  # type: ignore[attr-defined, no-any-return]  # a WindowConnector
        return connector.page(self.product, Span(page.positions[0] + shift, page.positions[-1] + shift))


class ConnectorBase:
    """The fixtures; see `ConnectorConformance`."""

    error_bodies: Sequence[bytes] = ()
    """Bodies that the exchange sends with status 200 instead of an answer."""
    unknown_product: str | None = None
    """An id that looks like one of the exchange's and is none; made from a known one where None."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        """Return the time of exchange and engine: hand it to the simulated exchange."""
        return FakeClock()

    @pytest.fixture
    def connector(self) -> Connector:
        """Return the connector to test, with its default settings."""
        raise NotImplementedError

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        """Return a simulated exchange, such as a `SimulatedExchange`, on `clock`."""
        raise NotImplementedError

    @pytest.fixture
    def transport(self, exchange: SimulatedExchange) -> httpx.BaseTransport:
        """Return what carries requests to the exchange."""
        made: httpx.BaseTransport = exchange.transport()
        return made

    @pytest.fixture
    def product(self, exchange: SimulatedExchange) -> str:
        """Return a product that trades; the first one that has trades."""
        return next(str(product) for product in exchange.products if exchange.lines(product))

    @pytest.fixture
    def talk(self, connector: Connector, transport: httpx.BaseTransport, clock: FakeClock) -> Talk:
        """Return a conversation between connector and exchange, without the core."""
        return Talk(connector, transport, clock)

    @pytest.fixture
    def tape(self, talk: Talk, product: str) -> Tape:
        """Return all that the exchange serves of the product, read through the connector."""
        return read_all(talk, product)

    @pytest.fixture
    def sample(self, talk: Talk, product: str, tape: Tape) -> Sample:
        """Return a page from the middle."""
        connector, middle = talk.connector, len(tape.positions) // 2
        token: str | None = None
        if connector.paging is Paging.BY_TOKEN:
            steps = connector.follow(product, self._token(talk, product, tape.times_ns[middle]))  # type: ignore[attr-defined]  # a TokenConnector
            # What is said again, changed, answers an earlier question: so it may show earlier times.
            token = self._token(talk, product, tape.times_ns[middle] - _EARLIER_NS)
        elif connector.paging is Paging.BY_WINDOW:
            steps = connector.recent(product, connector.windows[-1])  # type: ignore[attr-defined]  # a WindowConnector
        else:
            last = min(middle + min(_ROWS, connector.page_limit), len(tape.positions)) - 1
            steps = connector.page(product, Span(tape.positions[middle], tape.positions[last]))
        told = talk.ask(steps)
        return Sample(
            connector=connector, product=product, page=told.value, responses=told.responses, token=token
        )

    def _token(self, talk: Talk, product: str, time_ns: int) -> str:
        minted: str = talk.tell(talk.connector.token_at(product, time_ns))  # type: ignore[attr-defined]  # a TokenConnector
        return minted

    @pytest.fixture
    def by_position(self, connector: Connector) -> None:
        """Skip what other ways of paging have no use for."""
        if connector.paging is not Paging.BY_POSITION:
            pytest.skip(f"for connectors that are asked by position; this one is {connector.paging.value}")

    @pytest.fixture
    def by_token(self, connector: Connector) -> None:
        """Skip what other ways of paging have no use for."""
        if connector.paging is not Paging.BY_TOKEN:
            pytest.skip(f"for connectors that follow tokens; this one is {connector.paging.value}")

    @pytest.fixture
    def by_window(self, connector: Connector) -> None:
        """Skip what other ways of paging have no use for."""
        if connector.paging is not Paging.BY_WINDOW:
            pytest.skip(f"for connectors that read windows; this one is {connector.paging.value}")

    @pytest.fixture
    def dense(self, connector: Connector) -> None:
        """Skip what only consecutive ids promise."""
        if connector.ids is not Ids.DENSE:
            pytest.skip(f"for dense ids; these are {connector.ids.value}")
