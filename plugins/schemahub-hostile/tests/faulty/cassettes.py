"""Faults of connectors that a cassette shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from faulty.fault import breaks
from schemahub import Head, Page, Product
from schemahub_hostile import Sound
from schemahub_hostile.tokens import SoundTokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub import Span, Steps
    from schemahub_hostile.sound import Listed


class _Paging(Sound):
    """Does something to each page."""

    def page(self, product: str, span: Span) -> Steps[Page]:
        page = yield from super().page(product, span)
        return self.changed(page) if page.positions else page

    def changed(self, page: Page) -> Page:
        raise NotImplementedError


@breaks("CT-CAS-01", "asks for other pages than it did")
class Asking(Sound):
    page_limit: ClassVar[int] = 90


@breaks("CT-CAS-02", "no quote")
class Half(Sound):
    def product_of(self, row: Listed) -> Product:
        return replace(super().product_of(row), quote="")


@breaks("CT-CAS-03", "a head that is upside down")
class Upside(Sound):
    def head(self, product: str) -> Steps[Head]:
        head = yield from super().head(product)
        return Head(positions=head.positions[::-1], times_ns=head.times_ns[::-1])


@breaks("CT-CAS-04", "finds no trade at all")
class Blind(_Paging):
    def changed(self, page: Page) -> Page:
        del page
        return Page(positions=(), lines=())


@breaks("CT-CAS-05", "prints rows without blanks")
class Tidy(Sound):
    def rows(self, body: bytes) -> Sequence[bytes]:
        return [row.replace(b", ", b",") for row in super().rows(body)]


@breaks("CT-CAS-06", "newest first, as they come")
class Descending(_Paging):
    def changed(self, page: Page) -> Page:
        return replace(page, positions=page.positions[::-1])


@breaks("CT-CAS-07", "positions of another place")
class Shifted(_Paging):
    def changed(self, page: Page) -> Page:
        return replace(page, positions=[position + 1_000 for position in page.positions])


@breaks("CT-CAS-08", "leaves a row out")
class Holed(_Paging):
    def changed(self, page: Page) -> Page:
        kept = [at for at in range(len(page.positions)) if at != 1]
        return replace(
            page, positions=[page.positions[at] for at in kept], lines=[page.lines[at] for at in kept]
        )


@breaks("CT-CAS-09", "a token that is one too late")
class Beyond(SoundTokens):
    def onward(self, page: Page, token: str) -> str:
        return str(int(super().onward(page, token)) + 1)


@breaks("CT-CAS-10", "microseconds for nanoseconds")
class Coarse(Sound):
    def time_ns(self, text: str) -> int:
        return super().time_ns(text) // 1_000


@breaks("CT-CAS-11", "rows that no mapping knows")
class Foreign(_Paging):
    def changed(self, page: Page) -> Page:
        return replace(page, lines=[b"[]" for _ in page.lines])
