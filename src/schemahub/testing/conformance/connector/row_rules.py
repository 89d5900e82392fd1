"""What a connector takes from rows, whichever way they are spelt."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from schemahub.model import Ids
from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.conformance.connector.mutations import (
    each_line,
    renumbered,
    spaced,
    spellings,
    turned,
    with_field,
    with_lines,
)
from schemahub.testing.conformance.connector.talking import replayed
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.connector import Connector
    from schemahub.model import Page
    from schemahub.testing.conformance.connector.base import Sample
    from schemahub.testing.conformance.connector.talking import Talk

_BEYOND_A_FLOAT = 2**53 + 1
_GREATEST = 2**63 - 1


class RowRules(ConnectorBase):
    """CT-CON-15, 20 to 24."""

    @rule("CT-CON-15")
    def test_a_line_is_one_line(self, talk: Talk, sample: Sample) -> None:
        responses = [replace(each, body=spaced(each.body)) for each in sample.responses]
        page = talk.ask(sample.again(), replayed(responses)).value
        assert list(page.positions) == list(sample.page.positions), "spaced: expected the same positions"
        for line, known in zip(page.lines, sample.page.lines, strict=True):
            assert not {b"\n", b"\r"} & {line[at : at + 1] for at in range(len(line))}, f"a break in {line!r}"
            assert msgspec.json.decode(line) == msgspec.json.decode(known), f"spaced: {line!r} is another row"

    @rule("CT-CON-20")
    def test_ids_are_exact_integers(self, connector: Connector, talk: Talk, sample: Sample) -> None:
        if connector.ids is Ids.OPAQUE:
            pytest.skip("opaque ids are no numbers")
        positions = list(sample.page.positions)
        for shift in (_BEYOND_A_FLOAT - positions[0], _GREATEST - positions[-1]):
            lines = [
                renumbered(line, at, at + shift)
                for at, line in zip(positions, sample.page.lines, strict=True)
            ]
            last = with_lines(sample.responses[-1], sample.page.lines, lines)
            page = talk.ask(sample.again(shift), replayed([*sample.responses[:-1], last])).value
            expected = [at + shift for at in positions]
            assert list(page.positions) == expected, f"expected {expected[:3]}, found {page.positions[:3]}"
            assert list(page.lines) == lines, "expected the very bytes of the rows"

    @rule("CT-CON-21")
    def test_times_are_exact(self, talk: Talk, sample: Sample) -> None:
        known = sample.page
        tried = list(spellings(known.lines[0], known.first_time_ns or 0))
        assert tried, f"first_time_ns {known.first_time_ns}: expected that time in {known.lines[0]!r}"
        for line, time_ns in tried:
            last = with_lines(sample.responses[-1], known.lines, [line, *known.lines[1:]])
            page = talk.ask(sample.again(), replayed([*sample.responses[:-1], last])).value
            assert page.first_time_ns == time_ns, f"{line!r}: expected {time_ns}, found {page.first_time_ns}"
            if page.times_ns is not None:
                assert page.times_ns[0] == time_ns, f"{line!r}: expected {time_ns}, found {page.times_ns[0]}"

    @rule("CT-CON-22")
    def test_the_machines_zone_does_not_matter(self, talk: Talk, sample: Sample) -> None:
        for zone in ("Asia/Tokyo", "XYZ+11:30", "UTC"):
            with _zone(zone):
                page = talk.ask(sample.again(), replayed(sample.responses)).value
            found, expected = (page.first_time_ns, page.last_time_ns), _ends(sample.page)
            assert found == expected, f"TZ={zone}: expected {expected}, found {found}"

    @rule("CT-CON-23")
    def test_a_field_more_costs_nothing(self, talk: Talk, sample: Sample) -> None:
        _check_changed(talk, sample, with_field)

    @rule("CT-CON-24")
    def test_the_order_of_fields_does_not_matter(self, talk: Talk, sample: Sample) -> None:
        _check_changed(talk, sample, turned)


def _check_changed(talk: Talk, sample: Sample, change: Callable[[bytes], bytes | None]) -> None:
    if change(sample.page.lines[0]) is None:
        pytest.skip("rows are arrays: they have no names")
    responses, lines = each_line(sample.responses, sample.page.lines, lambda line: change(line) or line)
    page = talk.ask(sample.again(), replayed(responses)).value
    assert list(page.positions) == list(sample.page.positions), "expected the same positions"
    assert list(page.lines) == lines, "expected the rows' own bytes"
    assert _ends(page) == _ends(sample.page), "expected the same times"


def _ends(page: Page) -> tuple[int | None, int | None]:
    return page.first_time_ns, page.last_time_ns


class _zone:  # noqa: N801 - used like a function
    """Live in another time zone for a block, where the platform can."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._before = os.environ.get("TZ")

    def __enter__(self) -> None:
        self._set(self._name)

    def __exit__(self, *_: object) -> None:
        self._set(self._before)

    def _set(self, name: str | None) -> None:
        if name is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = name
        if hasattr(time, "tzset"):
            time.tzset()
