"""Connectors that make something else of what was recorded (CT-CAS)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from faulty.fault import breaks
from schemahub import Head, Page
from schemahub_hostile.sound import Sound
from schemahub_hostile.tokens import SoundTokens

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub import Product, Span, Steps
    from schemahub_hostile.sound import Listed


class Changed(Sound):
    """One change in each page."""

    def page(self, product: str, span: Span) -> Steps[Page]:
        return self.changed((yield from super().page(product, span)))

    def changed(self, page: Page) -> Page:
        raise NotImplementedError


@breaks("CT-CAS-01", "asks for another number of rows than was recorded")
class OtherQuestion(Sound):
    page_limit: ClassVar[int] = 99


@breaks("CT-CAS-02", "lists products without a base")
class Baseless(Sound):
    def product_of(self, row: Listed) -> Product:
        return replace(super().product_of(row), base="")


@breaks("CT-CAS-03", "gives the head newest first")
class HeadDown(Sound):
    def head(self, product: str) -> Steps[Head]:
        head = yield from super().head(product)
        return Head(positions=head.positions[::-1], times_ns=head.times_ns[::-1])


@breaks("CT-CAS-04", "finds no trade on any page")
class Blind(Changed):
    def changed(self, page: Page) -> Page:
        del page
        return Page(positions=(), lines=())


@breaks("CT-CAS-05", "prints parsed rows again")
class Printing(Changed):
    def changed(self, page: Page) -> Page:
        lines = [json.dumps(json.loads(line), separators=(",", ":")).encode() for line in page.lines]
        return replace(page, lines=lines)


@breaks("CT-CAS-06", "gives pages newest first")
class PageDown(Changed):
    def changed(self, page: Page) -> Page:
        return replace(page, positions=page.positions[::-1])


@breaks("CT-CAS-07", "counts positions from elsewhere")
class Shifted(Changed):
    def changed(self, page: Page) -> Page:
        return replace(page, positions=[position + 1_000 for position in page.positions])


@breaks("CT-CAS-08", "drops the second row of a page")
class Holed(Changed):
    def changed(self, page: Page) -> Page:
        return replace(page, positions=[*page.positions[:1], *page.positions[2:]], lines=page.lines[1:])


@breaks("CT-CAS-09", "goes on a second behind the last trade of a page")
class Hasty(SoundTokens):
    def onward(self, page: Page, token: str) -> str:
        return str(int(super().onward(page, token)) + 10**9)


@breaks("CT-CAS-10", "takes microseconds for nanoseconds")
class Early(Changed):
    def changed(self, page: Page) -> Page:
        return replace(page, times_ns=[time_ns // 1_000 for time_ns in page.times_ns or ()])


@breaks("CT-CAS-11", "passes on rows that the mapping cannot read")
class Cut(Changed):
    def changed(self, page: Page) -> Page:
        return replace(page, lines=[line.replace(b'"price"', b'"prize"') for line in page.lines])
