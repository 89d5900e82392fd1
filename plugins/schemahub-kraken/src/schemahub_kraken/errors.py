"""What Kraken's errors mean; they come with status 200."""

from __future__ import annotations

import msgspec

from schemahub import Outcome, Verdict
from schemahub.bodies import excerpt

_LIMITED_SECONDS = 1.0
_LOCKED_OUT_SECONDS = 60.0

_BY_PREFIX = (
    ("EGeneral:Too many requests", Outcome.RATE_LIMITED),
    ("EGeneral:Temporary lockout", Outcome.BANNED),
    ("EAPI:Rate limit exceeded", Outcome.RATE_LIMITED),
    ("EService:Throttled", Outcome.RATE_LIMITED),
    ("EService:", Outcome.RETRY),
    ("EGeneral:Internal error", Outcome.RETRY),
    ("EQuery:Unknown asset pair", Outcome.UNKNOWN_PRODUCT),
    ("EQuery:", Outcome.PERMANENT),
    ("EGeneral:", Outcome.PERMANENT),
)
_WAITS = {Outcome.RATE_LIMITED: _LIMITED_SECONDS, Outcome.BANNED: _LOCKED_OUT_SECONDS}


class _Reply(msgspec.Struct):
    error: list[str]


_reply = msgspec.json.Decoder(_Reply)


def verdict_of_errors(body: bytes) -> Verdict:
    """Classify a body by its errors; one that is no reply at all is to be asked for again.

    Warnings (`W...`) are no errors. An error that nobody has heard of may pass.
    """
    try:
        errors = [text for text in _reply.decode(body).error if not text.startswith("W")]
    except msgspec.DecodeError:
        return Verdict(outcome=Outcome.RETRY, reason=f"HTTP 200 with {excerpt(body)}, not a reply")
    if not errors:
        return Verdict(outcome=Outcome.OK)
    known = (outcome for prefix, outcome in _BY_PREFIX if errors[0].startswith(prefix))
    outcome = next(known, Outcome.RETRY)
    return Verdict(outcome=outcome, reason=", ".join(errors)[:200], retry_after_seconds=_WAITS.get(outcome))
