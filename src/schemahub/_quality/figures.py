"""The figures of each judged day, from its rows and the days before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.day_figures import DayFigures, DayTally
from schemahub._quality.day_state import DayState
from schemahub._quality.volumes import deviations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._quality.day_state import DayCondition
    from schemahub._quality.row_reading import SymbolReading
    from schemahub.settings import QualitySettings


def figures_of(
    days: Sequence[DayCondition], reading: SymbolReading, settings: QualitySettings
) -> tuple[DayFigures, ...]:
    """Return the figures of the newest days; only complete ones are compared, since half a day is low."""
    known = days[-(settings.days + settings.trailing_days) :]
    tallies = [reading.days.get(day.trade_date, DayTally()) for day in known]
    whole = [day.state is DayState.COMPLETE for day in known]
    # A day without trades is a low one, too; its quantity has no logarithm, and says nothing more.
    trades = [day.trades + 1.0 if is_whole else None for day, is_whole in zip(known, whole, strict=True)]
    quantities = [
        tally.quantity if is_whole else None for tally, is_whole in zip(tallies, whole, strict=True)
    ]
    trailing, least = settings.trailing_days, settings.least_days
    rows = zip(
        known,
        tallies,
        deviations(trades, trailing, least),
        deviations(quantities, trailing, least),
        strict=True,
    )
    return tuple(_figures(*row) for row in list(rows)[-settings.days :])


def _figures(
    day: DayCondition, tally: DayTally, trades_deviation: float | None, quantity_deviation: float | None
) -> DayFigures:
    return DayFigures(
        trade_date=day.trade_date,
        state=day.state,
        trades=day.trades,
        quantity=tally.quantity,
        least_price=tally.least_price,
        greatest_price=tally.greatest_price,
        trades_deviation=trades_deviation,
        quantity_deviation=quantity_deviation,
        senseless=tally.senseless,
        future=tally.future,
        spikes=tally.spikes,
        worst=tally.worst,
    )
