"""What the simulated exchange answers, before it meets a socket."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

TransportFault = Literal["reset_before", "reset_after_headers", "truncated", "slow"]

_ALWAYS = {
    "Access-Control-Allow-Headers": "Content-Type, Accept, cb-session, cb-fp, cb-form-factor",
    "Access-Control-Allow-Methods": "GET,POST,DELETE,PUT",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "cb-before, cb-after, cb-gdpr",
    "Access-Control-Max-Age": "7200",
    "Server": "cloudflare",
    "Set-Cookie": "__cf_bm=simulated; path=/; HttpOnly; Secure",
    "Strict-Transport-Security": "max-age=15552000; includeSubDomains",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SimResponse:
    """Status, headers and body (never compressed), and what the transport does to them."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    transport_fault: TransportFault | None = None
    latency_seconds: float = 0.0


def json_response(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> SimResponse:
    """Answer with a JSON body and the headers that every reply carries."""
    own = {"Content-Type": "application/json; charset=utf-8", "ETag": _etag(body)}
    return SimResponse(status=status, headers=_ALWAYS | own | dict(headers or {}), body=body)


def message(status: int, text: str, headers: Mapping[str, str] | None = None) -> SimResponse:
    """Answer as the exchange reports its errors."""
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return json_response(status, body, headers)


def html(status: int, title: str) -> SimResponse:
    """Answer as the CDN reports its own errors."""
    head = f"<html>\n<head><title>{title}</title></head>\n"
    page = f"{head}<body><center><h1>{title}</h1></center></body>\n</html>"
    return SimResponse(status=status, headers=_ALWAYS | {"Content-Type": "text/html"}, body=page.encode())


def _etag(body: bytes) -> str:
    digest = base64.b64encode(hashlib.blake2b(body, digest_size=16).digest()).decode().rstrip("=")
    return f'W/"{len(body):x}-{digest}"'
