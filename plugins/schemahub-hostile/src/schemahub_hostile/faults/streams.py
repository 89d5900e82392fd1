"""Faults of tokens and windows (CT-CON-28 to 32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.tokens import SoundTokens
from schemahub_hostile.windows import SoundWindows

if TYPE_CHECKING:
    from schemahub import Page, Steps


@breaks("CT-CON-28", "a token behind the trades of its time", sparse=True)
class TooLate(SoundTokens):
    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        return (yield from super().token_at(product, time_ns + 1))


@breaks("CT-CON-29", "a token through a float", sparse=True)
class FloatingToken(SoundTokens):
    def place(self, token: str) -> str:
        return str(max(0, int(float(token)) - 1))


@breaks("CT-CON-30", "goes back to the beginning at the head", sparse=True)
class Circling(SoundTokens):
    def onward(self, page: Page, token: str) -> str:
        onward = super().onward(page, token)
        return "0" if onward == token else onward


@breaks("CT-CON-31", "leaves out the trade that the token stands at", sparse=True)
class Unjoined(SoundTokens):
    def place(self, token: str) -> str:
        return token


@breaks("CT-CON-32", "the widest window, whichever is asked for", sparse=True)
class Wide(SoundWindows):
    def seconds(self, seconds: float) -> str:
        return super().seconds(max(seconds, self.windows[-1]))
