"""The replies that faults send instead of the right one, in the exchange's own words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub.testing.simulator.faults import Fault
from schemahub.testing.simulator.rate_limit import PUBLIC
from schemahub.testing.simulator.responses import SimResponse, html

if TYPE_CHECKING:
    from schemahub.testing.simulator.asked import Asked
    from schemahub.testing.simulator.dialect import Dialect
    from schemahub.testing.simulator.responses import TransportFault

_ERRORS = {
    Fault.STATUS_500: (500, "Internal server error"),
    Fault.STATUS_503: (503, "Service unavailable"),
    Fault.MAINTENANCE_503: (503, "The exchange is currently under maintenance"),
    Fault.MESSAGE_200: (200, "Internal server error"),
}
_IN_TRANSPORT: dict[Fault, TransportFault] = {
    Fault.RESET_BEFORE: "reset_before",
    Fault.RESET_AFTER_HEADERS: "reset_after_headers",
    Fault.TRUNCATED: "truncated",
    Fault.SLOW: "slow",
}


def instead_of_reply(fault: Fault, dialect: Dialect, asked: Asked) -> SimResponse | None:
    """Return the reply that this fault sends whatever was asked, if it is such a fault."""
    if fault is Fault.STATUS_429:
        return dialect.refusal(asked, PUBLIC)
    if fault is Fault.HTML_502:
        return html(502, "502 Bad Gateway")
    if fault is Fault.EMPTY_200:
        return SimResponse(status=200, headers={"Content-Type": "application/json; charset=utf-8"})
    return dialect.error(*_ERRORS[fault]) if fault in _ERRORS else None


def in_transport(fault: Fault, response: SimResponse) -> SimResponse:
    """Mark a right reply to be spoilt on the way, if this is such a fault."""
    return replace(response, transport_fault=_IN_TRANSPORT.get(fault))
