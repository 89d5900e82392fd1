"""Requests to Binance spot, and what its answers mean.

Source of the facts: binance-spot-api-docs (REST API, errors, limits), the README and issues of
binance-public-data, and recorded traffic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from schemahub import Connector, ConnectorConfig, Head, Outcome, Request, Site, Verdict
from schemahub.bodies import excerpt
from schemahub_binance.asking import PAGE, first_id_at, trades_from
from schemahub_binance.bulk import day_before, file_of
from schemahub_binance.config import INFO, WEIGHT, WEIGHT_PER_MINUTE, BinanceConfig, rate_limit
from schemahub_binance.products import parse_products
from schemahub_binance.rows import archive_page_of, page_of, parse_trades, time_ns

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub import ArchiveFile, Page, Product, RateLimit, Response, Span, Steps

_OK = 200
_USED = "x-mbx-used-weight-1m"
_CODES = {-1121: Outcome.UNKNOWN_PRODUCT, -1003: Outcome.RATE_LIMITED}


class _Error(msgspec.Struct):
    code: int


_error = msgspec.json.Decoder(_Error)


class Binance(Connector):
    """Trade ids are consecutive per symbol; any range of them can be asked for."""

    name: ClassVar[str] = "binance"
    page_limit: ClassVar[int] = PAGE
    first_position: ClassVar[int] = 0
    forgets: ClassVar[bool] = True
    Config: ClassVar[type[ConnectorConfig]] = BinanceConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        """Return all symbols that Binance lists, also those that no longer trade."""
        response = yield Request(path="/api/v3/exchangeInfo", endpoint=INFO)
        return parse_products(response.body)

    def head(self, product: str) -> Steps[Head]:
        """Return the newest page."""
        response = yield trades_from(product, None)
        newest = parse_trades(response.body, product)
        return Head(
            positions=[trade.id for trade in newest], times_ns=[time_ns(trade.time) for trade in newest]
        )

    def page(self, product: str, span: Span) -> Steps[Page]:
        """Ask from the first id on, which is inclusive; only what lies in the span is passed on."""
        response = yield trades_from(product, span.first, len(span))
        return page_of(response.body, span, f"{product} {span}")

    def locate(self, product: str, time_ns: int, within: Span) -> Steps[int]:
        """Ask by time: one request."""
        found = yield from first_id_at(product, time_ns)
        return within.last + 1 if found is None or found > within.last else max(found, within.first)

    def archive(self, product: str, span: Span) -> Steps[ArchiveFile | None]:
        """Return the month's or the day's file that holds the first trades of `span`."""
        response = yield trades_from(product, span.first, 1)
        served = parse_trades(response.body, product)
        if not served:
            return None
        moment: int | None = time_ns(served[0].time)
        if served[0].id != span.first:  # it is served no longer, but a later one
            moment = yield from day_before(product, span.first, time_ns(served[0].time))
        return (yield from file_of(product, span, moment)) if moment is not None else None

    def archive_page(self, product: str, data: bytes) -> Page:
        """Return the lines of a bulk file; each becomes an array of its own texts."""
        return archive_page_of(data, product)

    def classify(self, response: Response) -> Verdict:
        """Read the status, the exchange's own codes, and the weight used so far in this minute."""
        verdict = super().classify(response)
        if response.request.site is Site.ARCHIVE:
            return verdict
        outcome, reason = verdict.outcome, verdict.reason
        if response.status == _OK and response.request.endpoint != INFO:
            body = response.body.strip()
            if not (body.startswith(b"[") and body.endswith(b"]")):
                outcome, reason = Outcome.RETRY, f"HTTP 200 with {excerpt(body)}, not a list"
        elif outcome is Outcome.PERMANENT:
            outcome = _CODES.get(_code(response.body), outcome)
        return Verdict(
            outcome=outcome,
            reason=reason,
            retry_after_seconds=verdict.retry_after_seconds,
            remaining=_remaining(response),
        )

    def rate_limits(self) -> tuple[RateLimit, ...]:
        """Return the one limit that matters: weight in a minute."""
        return (rate_limit(self.config),)


def _code(body: bytes) -> int:
    try:
        return _error.decode(body).code
    except msgspec.DecodeError:
        return 0


def _remaining(response: Response) -> dict[str, float]:
    used = response.headers.get(_USED, "")
    return {WEIGHT: max(0.0, WEIGHT_PER_MINUTE - int(used))} if used.isdigit() else {}
