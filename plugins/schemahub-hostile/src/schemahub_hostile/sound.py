"""A connector of the invented exchange that keeps every rule; faults change one thing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from pydantic import Field, SecretStr

from schemahub import Connector, ConnectorConfig, Head, Outcome, Page, Product, Request, Verdict, lines
from schemahub.errors import RetryableError, UnknownProduct
from schemahub.times import iso_to_ns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from schemahub import Response, Span, Steps

_OK = 200


class HostileConfig(ConnectorConfig):
    """Settings; the key is asked for by nobody, and must not get out."""

    base_url: str = Field(default="http://hostile.invalid", min_length=1)
    requests_per_second: float = Field(default=10.0, gt=0)
    burst: float = Field(default=5.0, ge=1)
    api_key: SecretStr = SecretStr("")


class Trade(msgspec.Struct, gc=False):
    """What is read of a row."""

    id: int
    time: str


class Listed(msgspec.Struct):
    """What is read of a product."""

    id: str
    base: str
    quote: str
    live: bool


# Made while one thread imports this: msgspec crashes where threads meet at a new type.
_listed = msgspec.json.Decoder(list[Listed])


class Reading:
    """How answers are read: one step a method, so that a fault can change one."""

    trade: ClassVar[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(Trade)

    def rows(self, body: bytes) -> Sequence[bytes]:
        """Return the rows, ascending; the exchange serves newest first."""
        return lines(body)[::-1]

    def position(self, row: Any) -> int:  # noqa: ANN401 - whatever `trade` makes
        """Return a row's position."""
        return int(row.id)

    def time_ns(self, text: str) -> int:
        """Return a row's time."""
        return iso_to_ns(text)

    def decoded(self, rows: Sequence[bytes]) -> list[Any]:
        """Read every row, or none."""
        try:
            return [self.trade.decode(row) for row in rows]
        except msgspec.DecodeError as error:
            msg = "a trade makes no sense"
            raise RetryableError(msg) from error

    def page_of(self, body: bytes) -> Page:
        """Return all rows of a body as columns."""
        rows = self.rows(body)
        trades = self.decoded(rows)
        times = [self.time_ns(trade.time) for trade in trades]
        return Page(
            positions=[self.position(trade) for trade in trades],
            lines=rows,
            first_time_ns=times[0] if times else None,
            last_time_ns=times[-1] if times else None,
            times_ns=times,
        )


class Sound(Reading, Connector):
    """Asked by position."""

    name: ClassVar[str] = "hostile"
    page_limit: ClassVar[int] = 100
    Config: ClassVar[type[ConnectorConfig]] = HostileConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        """Return all products."""
        response = yield Request(path="/products")
        try:
            listed = _listed.decode(response.body)
        except msgspec.DecodeError as error:
            msg = "the product list makes no sense"
            raise RetryableError(msg) from error
        return tuple(map(self.product_of, listed))

    def product_of(self, row: Listed) -> Product:
        """Return one product, by the exchange's own fields."""
        return Product(id=row.id, base=row.base, quote=row.quote, active=row.live)

    def head(self, product: str) -> Steps[Head]:
        """Return the newest page."""
        response = yield Request(path=self.path("newest", product), params={"limit": str(self.page_limit)})
        page = self.page_of(response.body)
        return Head(positions=page.positions, times_ns=page.times_ns or ())

    def page(self, product: str, span: Span) -> Steps[Page]:
        """Ask from the first id on; what the exchange fills up with from behind the span is dropped."""
        response = yield self.ask(product, span)
        return self.within(self.page_of(response.body), span)

    def ask(self, product: str, span: Span) -> Request:
        """Return the request of a page."""
        params = {"from": str(span.first), "limit": str(len(span))}
        return Request(path=self.path("trades", product), params=params)

    def within(self, page: Page, span: Span) -> Page:
        """Return the rows of a page that lie in a span."""
        kept = [at for at, position in enumerate(page.positions) if position in span]
        times = [(page.times_ns or ())[at] for at in kept]
        return Page(
            positions=[page.positions[at] for at in kept],
            lines=[page.lines[at] for at in kept],
            first_time_ns=times[0] if times else None,
            last_time_ns=times[-1] if times else None,
            times_ns=times,
        )

    def path(self, endpoint: str, product: str) -> str:
        """Return the path of a product's endpoint."""
        if product in {"", ".", ".."}:
            # Quoting leaves these as they are, and each of them moves the path.
            msg = "not a product id"
            raise UnknownProduct(msg, found=repr(product))
        return f"/{endpoint}/{quote(product, safe='')}"

    def classify(self, response: Response) -> Verdict:
        """Read the status; a 200 must hold a list."""
        if response.status == _OK and not response.body.strip().startswith(b"["):
            return Verdict(outcome=Outcome.RETRY, reason="no list")
        return super().classify(response)
