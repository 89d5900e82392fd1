"""The replies that faults send instead of the right one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub.testing.simulator.faults import Fault
from schemahub.testing.simulator.responses import SimResponse, html, message

if TYPE_CHECKING:
    from schemahub.testing.simulator.responses import TransportFault

_INSTEAD = {
    Fault.STATUS_429: message(429, "Public rate limit exceeded"),
    Fault.STATUS_500: message(500, "Internal server error"),
    Fault.HTML_502: html(502, "502 Bad Gateway"),
    Fault.STATUS_503: message(503, "Service unavailable"),
    Fault.MAINTENANCE_503: message(503, "The exchange is currently under maintenance"),
    Fault.EMPTY_200: SimResponse(status=200, headers={"Content-Type": "application/json; charset=utf-8"}),
    Fault.MESSAGE_200: message(200, "Internal server error"),
}
_IN_TRANSPORT: dict[Fault, TransportFault] = {
    Fault.RESET_BEFORE: "reset_before",
    Fault.RESET_AFTER_HEADERS: "reset_after_headers",
    Fault.TRUNCATED: "truncated",
    Fault.SLOW: "slow",
}


def instead_of_reply(fault: Fault) -> SimResponse | None:
    """Return the reply that this fault sends whatever was asked, if it is such a fault."""
    return _INSTEAD.get(fault)


def in_transport(fault: Fault, response: SimResponse) -> SimResponse:
    """Mark a right reply to be spoilt on the way, if this is such a fault."""
    return replace(response, transport_fault=_IN_TRANSPORT.get(fault))
