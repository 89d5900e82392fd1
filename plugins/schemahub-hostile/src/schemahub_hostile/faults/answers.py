"""Faults of reading answers (CT-CON-33 to 42)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from schemahub import Outcome, Product, Request, Response, Steps, Verdict
from schemahub.errors import RetryableError
from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW = re.compile(rb'\{"id": \d+[^{}]*\}')
_LIMITED, _REFUSED, _MISSING, _SERVER = 429, (403, 418), 404, 500


class _Trusting(Sound):
    """Believes every 200."""

    def classify(self, response: Response) -> Verdict:
        verdict = super().classify(response)
        return replace(verdict, outcome=Outcome.OK) if response.status == 200 else verdict  # noqa: PLR2004 - the fault


@breaks("CT-CON-33", "an error page is an empty page")
class Hopeful(_Trusting):
    def rows(self, body: bytes) -> Sequence[bytes]:
        try:
            return super().rows(body)
        except RetryableError:
            if body.strip():
                return ()
            raise


@breaks("CT-CON-34", "takes what is whole of a body that is cut")
class Salvaging(Sound):
    def rows(self, body: bytes) -> Sequence[bytes]:
        try:
            return super().rows(body)
        except RetryableError:
            rows = _ROW.findall(body)
            if rows:
                return list(rows[::-1])
            raise


@breaks("CT-CON-35", "no bytes are no trades")
class Empty(_Trusting):
    def rows(self, body: bytes) -> Sequence[bytes]:
        return super().rows(body) if body.strip() else ()


@breaks("CT-CON-36", "skips rows that make no sense")
class Skipping(Sound):
    def rows(self, body: bytes) -> Sequence[bytes]:
        return [row for row in super().rows(body) if self._sensible(row)]

    def _sensible(self, row: bytes) -> bool:
        try:
            self.trade.decode(row)
        except msgspec.DecodeError:
            return False
        return True


@breaks("CT-CON-37", "a 429 is tried again at once")
class Pushing(Sound):
    def classify(self, response: Response) -> Verdict:
        verdict = super().classify(response)
        return replace(verdict, outcome=Outcome.RETRY) if response.status == _LIMITED else verdict


@breaks("CT-CON-38", "a ban is the product's fault")
class Banned(Sound):
    def classify(self, response: Response) -> Verdict:
        verdict = super().classify(response)
        return replace(verdict, outcome=Outcome.PERMANENT) if response.status in _REFUSED else verdict


@breaks("CT-CON-39", "gives up at a server's error")
class Fragile(Sound):
    def classify(self, response: Response) -> Verdict:
        verdict = super().classify(response)
        return replace(verdict, outcome=Outcome.PERMANENT) if response.status >= _SERVER else verdict


@breaks("CT-CON-40", "reads the text of every error")
class Curious(Sound):
    def classify(self, response: Response) -> Verdict:
        verdict = super().classify(response)
        if verdict.outcome is Outcome.PERMANENT:
            said: Any = json.loads(response.body)["error"].lower()
            return replace(verdict, reason=said)
        return verdict


@breaks("CT-CON-41", "asks for an encoding of its own")
class Brotli(Sound):
    def products(self) -> Steps[tuple[Product, ...]]:
        asked = super().products()
        request = next(asked)
        response = yield Request(path=request.path, headers={"accept-encoding": "br"})
        try:
            asked.send(response)
        except StopIteration as done:
            return tuple(done.value)
        raise AssertionError


@breaks("CT-CON-42", "an unknown product is any refusal")
class Vague(Sound):
    def classify(self, response: Response) -> Verdict:
        verdict = super().classify(response)
        return replace(verdict, outcome=Outcome.PERMANENT) if response.status == _MISSING else verdict
