"""When a schedule of EventBridge starts: the few forms that are used here."""

from __future__ import annotations

import re


def hours_of_a_day(expression: str) -> list[float]:
    """Return the hours of each day at which `cron(MINUTE HOUR * * ? *)` starts."""
    found = re.fullmatch(r"cron\((\S+) (\S+) \* \* \? \*\)", expression)
    assert found, f"{expression}: not of the forms that are understood here"
    return [hour + minute / 60 for hour in _each(found[2], 24) for minute in _each(found[1], 60)]


def _each(field: str, end: int) -> list[int]:
    first, slash, step = field.partition("/")
    if field == "*":
        return list(range(end))
    return list(range(int(first), end, int(step))) if slash else [int(first)]
