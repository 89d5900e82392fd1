"""What the figures of a product's days amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, counted, failed, note, ok, ranges, warning
from schemahub._quality.day_state import DayState
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._quality.day_figures import DayFigures
    from schemahub._quality.row_tally import RowTally
    from schemahub.settings import QualitySettings

_SHOWN = 3
_NS_PER_US = 1_000


def check_days(days: Sequence[DayFigures], settings: QualitySettings) -> list[Check]:
    """Judge what the days' rows show."""
    return [
        _holes(days),
        _volumes(days, settings.volume_limit),
        _prices(days, settings.price_jump),
        *_values(days),
    ]


def check_ids(ids: RowTally) -> Check:
    """Check that no id of the days that were read is there twice."""
    if ids.twice:
        return failed("once", f"ids that the table has twice: {ranges(ids.twice)}", "Run: schemahub verify")
    return ok("once", f"{counted(ids.rows, 'row')} with as many different ids")


def check_quarantined(quarantined: int) -> Check:
    """Tell how many trades of a stream made no row, ever."""
    if quarantined:
        hint = "Look at the rules in quarantine/, mend the mapping, then: schemahub transform --full"
        return warning("quarantine", f"{counted(quarantined, 'trade')} made no row", hint)
    return ok("quarantine", "every trade made a row")


def _holes(days: Sequence[DayFigures]) -> Check:
    holed = [day.trade_date for day in days if day.state in {DayState.HOLED, DayState.OUT_OF_REACH}]
    if holed:
        return warning("days", f"not complete: {_some(holed)}", "Run: schemahub status --by-day")
    return ok("days", "none of the days has a hole")


def _volumes(days: Sequence[DayFigures], limit: float) -> Check:
    judged = [day for day in days if day.trades_deviation is not None]
    unusual = [
        f"{day.trade_date} ({what} {number:+.1f})"
        for day in judged
        for what, number in (("trades", day.trades_deviation), ("quantity", day.quantity_deviation))
        if number is not None and abs(number) > limit
    ]
    if unusual:
        return warning("volume", f"robust deviations from the days before: {_some(unusual)}")
    if not judged:
        return note("volume", "no day is judged: too few complete days before")
    return ok("volume", f"{counted(len(judged), 'day')} like those before")


def _prices(days: Sequence[DayFigures], jump: float) -> Check:
    spikes = sum(day.spikes for day in days)
    worst = max((day.worst for day in days if day.worst), key=lambda spike: spike.deviation, default=None)
    if worst is None:
        return ok("price", f"none is more than {jump:.0%} from the trades around it")
    when = ns_to_iso(worst.time_us * _NS_PER_US)
    evidence = f"{counted(spikes, 'price')} more than {jump:.0%} from the trades around; the farthest: "
    shown = f"{worst.price:.10g} among {worst.median:.10g} (trade {worst.trade_id}, {when})"
    return warning("price", evidence + shown)


def _values(days: Sequence[DayFigures]) -> list[Check]:
    senseless, future = sum(day.senseless for day in days), sum(day.future for day in days)
    checks = []
    if senseless:
        evidence = f"{counted(senseless, 'trade')} with a price or a quantity that is not above zero"
        checks.append(failed("values", evidence))
    else:
        checks.append(ok("values", "prices and quantities are above zero"))
    if future:
        checks.append(
            failed("times", f"{counted(future, 'trade')} of the future: is this machine's clock right?")
        )
    else:
        checks.append(ok("times", "no trade is of the future"))
    return checks


def _some(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _SHOWN:,} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more
