"""Whether recorded gaps leave the stream incomplete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.calendar import days_text
from schemahub._quality.checks import Check, failed, note, ok, ranges
from schemahub.checkpoint import GapState
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from schemahub._quality.calendar import Calendar
    from schemahub.checkpoint import Checkpoint


def gap_positions(checkpoint: Checkpoint, state: GapState, stored: SpanSet) -> SpanSet:
    """Return the positions of gaps in `state` that no raw object holds."""
    return SpanSet.of(gap.span for gap in checkpoint.gaps if gap.state is state) - stored


def check_gaps(
    checkpoint: Checkpoint, stored: SpanSet, calendar: Calendar, *, allow_confirmed: bool
) -> list[Check]:
    """Fail on gaps; those that the exchange is known not to serve may be allowed.

    Of trades out of reach, `calendar` tells when they were made: nobody can look for them any more.
    """
    of = {state: gap_positions(checkpoint, state, stored) for state in GapState}
    checks: list[Check] = []
    if of[GapState.OPEN]:
        hint = "Run: schemahub gaps --recheck"
        checks.append(failed("gaps", f"open, not served so far: {ranges(of[GapState.OPEN])}", hint))
    told = failed if not allow_confirmed else note
    hint = "" if allow_confirmed else "Accept them with --allow-confirmed."
    if of[GapState.CONFIRMED]:
        evidence = f"confirmed, the exchange has no such trades: {ranges(of[GapState.CONFIRMED])}"
        checks.append(told("gaps", evidence, hint))
    if of[GapState.OUT_OF_REACH]:
        lost = of[GapState.OUT_OF_REACH]
        evidence = f"out of reach, the exchange no longer serves them: {ranges(lost)}{_made(lost, calendar)}"
        checks.append(told("gaps", evidence, hint))
    return checks or [ok("gaps", "none")]


def _made(lost: SpanSet, calendar: Calendar) -> str:
    bounds = lost.bounds()
    days = bounds and days_text(calendar.day_below(bounds.first), calendar.day_above(bounds.last))
    return f", made {days}" if days else ""
