"""Requests to OKX, and what its answers mean.

Source of the facts: www.okx.com/docs-v5, "Get trades history", "Get instruments", "Error code", and
recorded traffic of 2022.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec
from pydantic import Field
from schemahub import (
    Connector,
    ConnectorConfig,
    Head,
    Outcome,
    Page,
    Product,
    Request,
    Verdict,
    lines,
)
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError, UnknownProduct

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub import Response, Span, Steps

T = TypeVar("T")

_PRODUCT_ID = re.compile(r"[A-Za-z0-9]+-[A-Za-z0-9]+")
_OK, _DONE = 200, "0"
_OUTCOMES = {
    "50011": Outcome.RATE_LIMITED,
    "50061": Outcome.RATE_LIMITED,
    "51000": Outcome.PERMANENT,
    "51001": Outcome.UNKNOWN_PRODUCT,
}


class OkxConfig(ConnectorConfig):
    """Settings; the defaults are the documented limit of one public address: 20 in 2 seconds."""

    base_url: str = Field(default="https://www.okx.com", min_length=1)
    requests_per_second: float = Field(default=10.0, gt=0)
    burst: float = Field(default=10.0, ge=1)


class _Envelope(msgspec.Struct):
    code: str
    data: msgspec.Raw = msgspec.Raw(b"[]")


class _Listed(msgspec.Struct):
    instId: str
    baseCcy: str
    quoteCcy: str
    state: str


class _Trade(msgspec.Struct):
    tradeId: str
    ts: str


# Made while one thread imports this: msgspec crashes where threads meet at a new type.
_envelope = msgspec.json.Decoder(_Envelope)
_listed = msgspec.json.Decoder(list[_Listed])
_trades = msgspec.json.Decoder(list[_Trade])


class Okx(Connector):
    """Trade ids are consecutive per instrument; pages are asked for from an id downwards."""

    name: ClassVar[str] = "okx"
    product_is_symbol: ClassVar[bool] = True
    page_limit: ClassVar[int] = 100
    reach_seconds: ClassVar[float | None] = 90 * 86_400  # "the last 3 months"
    Config: ClassVar[type[ConnectorConfig]] = OkxConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        """Return all spot instruments."""
        response = yield Request(path="/api/v5/public/instruments", params={"instType": "SPOT"})
        return tuple(
            Product(id=row.instId, base=row.baseCcy, quote=row.quoteCcy, active=row.state == "live")
            for row in _decoded(_data(response), _listed)
        )

    def head(self, product: str) -> Steps[Head]:
        """Return the newest page."""
        rows = _rows((yield _asked(product, self.page_limit)))
        return Head(positions=[at for at, _, _ in rows], times_ns=[time for _, time, _ in rows])

    def page(self, product: str, span: Span) -> Steps[Page]:
        """Ask for what is older than the span's end: `after` is exclusive."""
        response = yield _asked(product, len(span), after=str(span.last + 1))
        rows = [row for row in _rows(response) if row[0] in span]
        return Page(
            positions=[at for at, _, _ in rows],
            lines=[line for _, _, line in rows],
            first_time_ns=rows[0][1] if rows else None,
            last_time_ns=rows[-1][1] if rows else None,
        )

    def classify(self, response: Response) -> Verdict:
        """Read the status as usual, and in a 200 the code."""
        if response.status != _OK:
            return super().classify(response)
        try:
            code = _envelope.decode(response.body).code
        except msgspec.DecodeError:
            code = "no code"
        if code == _DONE:
            return super().classify(response)
        reason = f"HTTP 200 with {excerpt(response.body)}"
        return Verdict(outcome=_OUTCOMES.get(code, Outcome.RETRY), reason=reason)


def _asked(product: str, limit: int, **cursor: str) -> Request:
    if _PRODUCT_ID.fullmatch(product) is None:
        msg = "not a spot instrument of OKX"
        raise UnknownProduct(msg, expected="BASE-QUOTE, such as BTC-USDT", found=repr(product[:60]))
    params = {"instId": product, "limit": str(limit), **cursor}
    return Request(path="/api/v5/market/history-trades", params=params)


def _rows(response: Response) -> list[tuple[int, int, bytes]]:
    """Return id, time and bytes of each trade, ascending."""
    data = _data(response)
    trades = _decoded(data, _trades)
    rows = zip(trades, lines(data), strict=True)
    try:
        return [(int(row.tradeId), int(row.ts) * 1_000_000, line) for row, line in rows][::-1]
    except ValueError as error:
        msg = "a trade makes no sense"
        raise RetryableError(msg, found=excerpt(data)) from error


def _data(response: Response) -> bytes:
    return bytes(_decoded(response.body, _envelope).data)


def _decoded(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        msg = "the answer makes no sense"
        raise RetryableError(msg, found=excerpt(body)) from error
