"""Faults of generators (CT-CON-09 to 13)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from schemahub import Head, Page, Request, Span, Steps


@breaks("CT-CON-09", "writes a file")
class Busy(Sound):
    def head(self, product: str) -> Steps[Head]:
        Path(os.devnull).write_text(product, encoding="utf-8")
        return (yield from super().head(product))


@breaks("CT-CON-10", "counts its calls")
class Counting(Sound):
    calls = 0

    def head(self, product: str) -> Steps[Head]:
        self.calls += 1
        return (yield from super().head(product))


@breaks("CT-CON-11", "sends a POST")
class Posting(Sound):
    def ask(self, product: str, span: Span) -> Request:
        return replace(super().ask(product, span), method="POST")


@breaks("CT-CON-12", "puts the id into the path as it stands")
class Unquoted(Sound):
    def path(self, endpoint: str, product: str) -> str:
        return f"/{endpoint}/{product}"


@breaks("CT-CON-13", "asks until it likes the answer")
class Stubborn(Sound):
    def page(self, product: str, span: Span) -> Steps[Page]:
        while True:
            response = yield self.ask(product, span)
            page = self.page_of(response.body)
            if not page.positions or page.positions[0] == span.first:
                return self.within(page, span)
