"""What Gemini's errors mean: `{"result":"error","reason":"RateLimit","message":"..."}`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec

from schemahub import Outcome, Verdict
from schemahub.bodies import excerpt

if TYPE_CHECKING:
    from schemahub import Response

_OK = 200
_OUTCOMES = {
    "RateLimit": Outcome.RATE_LIMITED,
    "RateLimited": Outcome.RATE_LIMITED,
    "InvalidSymbol": Outcome.UNKNOWN_PRODUCT,
    "Maintenance": Outcome.RETRY,
    "System": Outcome.RETRY,
}
_NO_SYMBOL = "not a valid symbol"


class _Error(msgspec.Struct):
    reason: str = ""
    message: str = ""


_error = msgspec.json.Decoder(_Error)


def verdict_of(response: Response, by_status: Verdict) -> Verdict:
    """Classify by the reason in the body, where there is one; a 200 must hold a whole list."""
    body = response.body.strip()
    if response.status == _OK and body.startswith(b"[") and body.endswith(b"]"):
        return by_status
    outcome = _outcome_of(body) or (Outcome.RETRY if response.status == _OK else by_status.outcome)
    reason = f"HTTP {response.status} with {excerpt(body)}"
    return dataclasses.replace(by_status, outcome=outcome, reason=reason)


def _outcome_of(body: bytes) -> Outcome | None:
    try:
        error = _error.decode(body)
    except msgspec.DecodeError:
        return None
    return Outcome.UNKNOWN_PRODUCT if _NO_SYMBOL in error.message else _OUTCOMES.get(error.reason)
