"""Coinbase's headers, and how it words its errors."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

from schemahub.testing.simulator.responses import json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.testing.simulator.responses import SimResponse

HEADERS = {
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
"""Sent with every reply."""


def json_response(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> SimResponse:
    """Answer with a JSON body and its tag."""
    return json_body(body, status, {"ETag": _etag(body)} | dict(headers or {}))


def message(status: int, text: str) -> SimResponse:
    """Answer as the exchange reports its errors."""
    return json_response(status, json.dumps({"message": text}, separators=(",", ":")).encode())


def _etag(body: bytes) -> str:
    digest = base64.b64encode(hashlib.blake2b(body, digest_size=16).digest()).decode().rstrip("=")
    return f'W/"{len(body):x}-{digest}"'
