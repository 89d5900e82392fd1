"""What AWS's "Specification: Embedded metric format" demands of a line, as checks."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES, MOST_METRICS, MOST_VALUES, MOST_DIMENSIONS, LONGEST_NAME = 256 * 1024, 100, 100, 30, 255
_MODEL = botocore.session.get_session().get_service_model("cloudwatch")
UNITS = set(_MODEL.shape_for("StandardUnit").enum)
"""AWS's own list."""


def checked(line: str) -> dict[str, Any]:
    """Return the document of a line; an assertion fails where it breaks a rule."""
    assert len(line.encode()) <= MOST_BYTES
    document = json.loads(line, parse_constant=_no_number)
    assert isinstance(document, dict)
    meta = document["_aws"]
    assert isinstance(meta["Timestamp"], int)
    assert 10**12 < meta["Timestamp"] < 10**13, "milliseconds, not seconds or microseconds"
    assert meta["CloudWatchMetrics"]
    for directive in meta["CloudWatchMetrics"]:
        _check_directive(directive, document)
    return document


def _check_directive(directive: dict[str, Any], root: dict[str, Any]) -> None:
    assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
    assert 1 <= len(directive["Namespace"]) <= LONGEST_NAME
    assert directive["Dimensions"], "at least one set; it may be empty"
    for names in directive["Dimensions"]:
        assert len(names) <= MOST_DIMENSIONS
        for name in names:
            assert 1 <= len(name) <= LONGEST_NAME
            assert isinstance(root[name], str)
            assert root[name]
            assert root[name].isascii()
    assert 1 <= len(directive["Metrics"]) <= MOST_METRICS
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert len(set(names)) == len(names)
    for metric in directive["Metrics"]:
        assert set(metric) <= {"Name", "Unit", "StorageResolution"}
        assert metric["Unit"] in UNITS
        _check_target(root[metric["Name"]])


def _check_target(target: object) -> None:
    values = target if isinstance(target, list) else [target]
    assert 1 <= len(values) <= MOST_VALUES
    assert all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


def _no_number(text: str) -> float:
    msg = f"{text} is no JSON"
    raise AssertionError(msg)


def values_of(lines: Iterable[str]) -> dict[tuple[str, ...], list[float]]:
    """Return what CloudWatch would make of the lines: values by metric and dimensions.

    A key is the metric's name and then the dimensions' values.
    """
    found: dict[tuple[str, ...], list[float]] = {}
    for document in map(checked, lines):
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                for metric in directive["Metrics"]:
                    key = (metric["Name"], *(document[name] for name in names))
                    target = document[metric["Name"]]
                    found.setdefault(key, []).extend(target if isinstance(target, list) else [target])
    return found


def sums_of(lines: Iterable[str]) -> Counter[tuple[str, ...]]:
    """Return the sum of each metric; one that was never sent is 0."""
    return Counter({key: sum(values) for key, values in values_of(lines).items()})  # type: ignore[arg-type]  # sums of seconds are floats
