"""What stands before the exchange: rate limit, faults on purpose, CDN."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub.testing.simulator.cdn import Cdn
from schemahub.testing.simulator.fault_replies import in_transport, instead_of_reply
from schemahub.testing.simulator.faults import Fault, FaultPlan
from schemahub.testing.simulator.rate_limit import Client

if TYPE_CHECKING:
    from schemahub.testing.simulator.asked import Asked
    from schemahub.testing.simulator.dialect import Dialect
    from schemahub.testing.simulator.responses import SimResponse


class Edge:
    """Passes requests on to the dialect, or does not."""

    def __init__(self, dialect: Dialect) -> None:
        """Start with an empty cache and no client known."""
        self.faults = FaultPlan()
        self.clients: dict[str, Client] = {}
        self._knobs = dialect.knobs
        self._dialect = dialect
        self._cdn = Cdn(self._knobs.max_age_seconds, errors=self._knobs.cache_errors)
        self._page_before: dict[str, SimResponse] = {}

    def client(self, address: str, now: float) -> Client:
        """Return what is known of a client."""
        return self.clients.setdefault(address, Client(self._knobs, now))

    def answer(self, asked: Asked, number: int, now: float) -> tuple[SimResponse, Fault | None]:
        """Answer the request of this number, and tell the fault that its reply has."""
        response, fault = self._answered(asked, number, now)
        return replace(response, headers={**self._dialect.headers, **response.headers}), fault

    def _answered(self, asked: Asked, number: int, now: float) -> tuple[SimResponse, Fault | None]:
        hit = self._cdn.hit(asked.target, now)
        refusal = self._refusal(asked, now, is_hit=hit is not None)
        if refusal:
            return refusal, None
        fault = self.faults.reply_fault(number)
        instead = instead_of_reply(fault, self._dialect, asked) if fault else None
        if instead:
            return instead, fault
        if fault is Fault.SHORT_PAGE:
            asked.short = True
            return self._origin(asked), fault
        response = hit or self._fresh(asked, now)
        product = response.product
        if fault is Fault.STALE_PAGE and product in self._page_before:
            return self._page_before[product], fault
        if product is not None:
            self._page_before[product] = response
        return (in_transport(fault, response), fault) if fault else (response, None)

    def _refusal(self, asked: Asked, now: float, *, is_hit: bool) -> SimResponse | None:
        free = is_hit and not self._knobs.hits_are_limited
        reason = asked.client.refusal(now, 0.0 if free else self._dialect.weight(asked))
        if reason is None:
            return None
        refused = self._dialect.refusal(asked, reason)
        wish = self._knobs.retry_after_seconds
        return (
            refused
            if wish is None
            else replace(refused, headers={**refused.headers, "Retry-After": str(wish)})
        )

    def _fresh(self, asked: Asked, now: float) -> SimResponse:
        response = self._origin(asked)
        return self._cdn.keep(asked.target, response, now) if self._dialect.cacheable(asked) else response

    def _origin(self, asked: Asked) -> SimResponse:
        response = self._dialect.answer(asked) or self._dialect.error(404, "Not Found")
        return replace(response, product=asked.product)
