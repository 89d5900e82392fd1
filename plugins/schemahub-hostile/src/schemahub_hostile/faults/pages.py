"""Faults of pages (CT-CON-14 to 19, 25 to 27)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from schemahub import Head, Page
from schemahub.errors import RetryableError
from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub import Span, Steps


@breaks("CT-CON-14", "prints parsed rows again")
class Reprinting(Sound):
    def rows(self, body: bytes) -> Sequence[bytes]:
        return [json.dumps(json.loads(row), separators=(",", ":")).encode() for row in super().rows(body)]


@breaks("CT-CON-15", "keeps line breaks within rows")
class Broken(Sound):
    def rows(self, body: bytes) -> Sequence[bytes]:
        return [bytes(row) for row in msgspec.json.decode(body, type=list[msgspec.Raw])[::-1]]


@breaks("CT-CON-16", "newest first, as they come")
class Upside(Sound):
    def page(self, product: str, span: Span) -> Steps[Page]:
        page = yield from super().page(product, span)
        return replace(page, positions=page.positions[::-1], lines=page.lines[::-1])


@breaks("CT-CON-17", "says dense of sparse ids", sparse=True)
class Boasting(Sound):
    pass


@breaks("CT-CON-18", "drops the last row of a full page")
class OffByOne(Sound):
    def page(self, product: str, span: Span) -> Steps[Page]:
        page = yield from super().page(product, span)
        full = len(page.positions) == self.page_limit
        return _part(page, len(page.positions) - full)


@breaks("CT-CON-19", "passes on rows from behind the span")
class Generous(Sound):
    def within(self, page: Page, span: Span) -> Page:
        del span
        return page


@breaks("CT-CON-25", "a head that stands still for a while")
class Sleepy(Sound):
    def head(self, product: str) -> Steps[Head]:
        head = yield from super().head(product)
        return Head(positions=head.positions[:-2], times_ns=head.times_ns[:-2])


@breaks("CT-CON-26", "an error where nothing was ever traded")
class Impatient(Sound):
    def head(self, product: str) -> Steps[Head]:
        head = yield from super().head(product)
        if not head.positions:
            msg = "no trades"
            raise RetryableError(msg)
        return head


@breaks("CT-CON-27", "begins one position late")
class Late(Sound):
    def locate(self, product: str, time_ns: int, within: Span) -> Steps[int]:
        found = yield from super().locate(product, time_ns, within)
        return found if found == within.first else min(found + 1, within.last + 1)


def _part(page: Page, count: int) -> Page:
    times = (page.times_ns or ())[:count]
    return Page(
        positions=page.positions[:count],
        lines=page.lines[:count],
        first_time_ns=times[0] if times else None,
        last_time_ns=times[-1] if times else None,
        times_ns=times,
    )
