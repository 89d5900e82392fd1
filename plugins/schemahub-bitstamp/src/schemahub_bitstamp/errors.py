"""What Bitstamp's errors mean; they are worded in several ways."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from schemahub import Outcome, Verdict
from schemahub.bodies import excerpt

if TYPE_CHECKING:
    from schemahub import Response

_OK = 200
_RATE = re.compile(rb"400\.002|rate limit", re.IGNORECASE)
_NO_PAIR = re.compile(rb"(invalid|unknown|unsupported)[^\"]{0,40}(pair|market|currency)", re.IGNORECASE)


def verdict_of(response: Response, by_status: Verdict) -> Verdict:
    """Classify by what an error's body says, where it is JSON; a 200 must hold a whole list."""
    body = response.body.strip()
    if response.status == _OK and body.startswith(b"[") and body.endswith(b"]"):
        return by_status
    outcome = _outcome_of(body) or (Outcome.RETRY if response.status == _OK else by_status.outcome)
    reason = f"HTTP {response.status} with {excerpt(body)}"
    return dataclasses.replace(by_status, outcome=outcome, reason=reason)


def _outcome_of(body: bytes) -> Outcome | None:
    if not (body.startswith(b"{") and body.endswith(b"}")):
        return None
    if _RATE.search(body):
        return Outcome.RATE_LIMITED
    return Outcome.UNKNOWN_PRODUCT if _NO_PAIR.search(body) else None
