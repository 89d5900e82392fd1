"""What stands before the exchange: rate limit, faults on purpose, CDN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.testing.simulator.cdn import Cdn
from schemahub.testing.simulator.fault_replies import in_transport, instead_of_reply
from schemahub.testing.simulator.faults import Fault, FaultPlan
from schemahub.testing.simulator.rate_limit import Client
from schemahub.testing.simulator.responses import SimResponse, message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.testing.simulator.knobs import Knobs
    from schemahub.testing.simulator.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class SimRequest:
    """One request, without its socket."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    client: str

    @property
    def target(self) -> str:
        """Return path and query: what the CDN keeps replies by."""
        return f"{self.path}?{self.query}" if self.query else self.path


class Edge:
    """Passes requests on to the origin, or does not."""

    def __init__(self, knobs: Knobs, origin: Origin) -> None:
        """Start with an empty cache and no client known."""
        self.faults = FaultPlan()
        self.clients: dict[str, Client] = {}
        self._knobs = knobs
        self._origin = origin
        self._cdn = Cdn(knobs.max_age_seconds, errors=knobs.cache_errors)
        self._page_before: dict[str, SimResponse] = {}

    def answer(
        self, request: SimRequest, number: int, now_ns: int, now: float
    ) -> tuple[SimResponse, Fault | None]:
        """Answer the request of this number, and tell the fault that its reply has."""
        hit = self._cdn.hit(request.target, now)
        refusal = self._refusal(request.client, now, is_hit=hit is not None)
        if refusal:
            return refusal, None
        fault = self.faults.reply_fault(number)
        instead = self._instead(fault, request, now_ns) if fault else None
        if instead:
            return instead, fault
        response = hit or self._fresh(request, now_ns, now)
        if request.path.endswith("/trades"):
            self._page_before[request.path] = response
        return (in_transport(fault, response), fault) if fault else (response, None)

    def _refusal(self, address: str, now: float, *, is_hit: bool) -> SimResponse | None:
        client = self.clients.setdefault(address, Client(self._knobs, now))
        text = client.refusal(now, free=is_hit and not self._knobs.hits_are_limited)
        if text is None:
            return None
        wish = self._knobs.retry_after_seconds
        return message(429, text, {} if wish is None else {"Retry-After": str(wish)})

    def _instead(self, fault: Fault, request: SimRequest, now_ns: int) -> SimResponse | None:
        if fault is Fault.STALE_PAGE:
            return self._page_before.get(request.path)
        if fault is Fault.SHORT_PAGE:
            return self._origin.answer(request.path, request.query, now_ns, short=True)
        return instead_of_reply(fault)

    def _fresh(self, request: SimRequest, now_ns: int, now: float) -> SimResponse:
        if not request.headers.get("user-agent"):
            response = message(400, "User-Agent header is required.")
        elif request.method != "GET":
            response = message(405, "Method not allowed")
        else:
            response = self._origin.answer(request.path, request.query, now_ns)
        return response if request.path == "/time" else self._cdn.keep(request.target, response, now)
