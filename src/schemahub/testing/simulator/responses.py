"""What a simulated exchange answers, before it meets a socket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

TransportFault = Literal["reset_before", "reset_after_headers", "truncated", "slow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimResponse:
    """Status, headers and body (never compressed), and what the transport does to them.

    `product` is whose page this is: a stale page is an earlier one of the same product.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    product: str | None = None
    transport_fault: TransportFault | None = None
    latency_seconds: float = 0.0


def json_body(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> SimResponse:
    """Answer with a JSON body."""
    own = {"Content-Type": "application/json; charset=utf-8"}
    return SimResponse(status=status, headers=own | dict(headers or {}), body=body)


def html(status: int, title: str) -> SimResponse:
    """Answer as a CDN reports its own errors."""
    head = f"<html>\n<head><title>{title}</title></head>\n"
    page = f"{head}<body><center><h1>{title}</h1></center></body>\n</html>"
    return SimResponse(status=status, headers={"Content-Type": "text/html"}, body=page.encode())
