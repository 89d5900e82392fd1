"""What must not get into a cassette, which is a file that people publish."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import BaseModel

    from schemahub.testing.cassette.document import Recorded

HIDDEN = "***"
"""What stands where a secret stood."""

_SECRET_NAME = re.compile(
    r"(^|[-_.])(key|sign|sig|auth|nonce)$|(api|access|private|public)[-_]?key|secret|signature|authori[sz]ation"
    r"|credential|passw|passphrase|cookie|session|(access|api|auth|bearer|csrf|refresh)[-_]?token",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"token$", re.IGNORECASE)
"""A key, or a place to go on from: it is the latter if the exchange named it before."""
_LEAST_TELLING = 8
"""Shorter values are too common to be taken out wherever they stand."""
_OF_INTEREST = re.compile(
    r"content-type|date|retry-after|link|age|etag|cache-control"
    r"|.*(limit|remaining|reset|used|weight|before|after|cursor|next|page|count).*"
)


def secrets_of(config: BaseModel) -> tuple[str, ...]:
    """Return the values of a configuration's secret fields."""
    values = (getattr(config, name) for name in type(config).model_fields)
    secret = (value.get_secret_value() for value in values if isinstance(value, SecretStr))
    return tuple(value for value in secret if value)


def scrubbed(
    answers: Sequence[Recorded], secrets: Iterable[str]
) -> tuple[tuple[Recorded, ...], tuple[str, ...]]:
    """Return answers without secrets, and the names of the parameters that something was taken out of.

    A value is secret if it is one of `secrets`, or if the name of its parameter or header says so; it is
    taken out wherever it stands.
    """
    told = {
        value
        for answer in answers
        for name, value in answer.params.items()
        if _SECRET_NAME.search(name) and len(value) >= _LEAST_TELLING
    }
    scrubber = _Scrubber({*secrets, *told})
    return tuple(map(scrubber.answer, answers)), tuple(sorted(scrubber.hidden))


class _Scrubber:
    def __init__(self, secrets: Iterable[str]) -> None:
        spelt = {form for secret in secrets for form in (secret, quote(secret, safe=""), quote_plus(secret))}
        # The longest first: one may be a part of another.
        self._secrets = sorted(spelt, key=len, reverse=True)
        self._heard: list[bytes] = []
        self.hidden: set[str] = set()

    def answer(self, answer: Recorded) -> Recorded:
        clean = replace(
            answer,
            path=self.text(answer.path),
            params={name: self._param(name, value) for name, value in answer.params.items()},
            headers=self._headers(answer.headers),
            body=self._body(answer.body),
        )
        self._heard += [answer.body, *(value.encode() for value in answer.headers.values())]
        return clean

    def text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def _body(self, body: bytes) -> bytes:
        for secret in self._secrets:
            body = body.replace(secret.encode(), HIDDEN.encode())
        return body

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in headers.items() if _OF_INTEREST.fullmatch(name)}
        return {name: self.text(value) for name, value in kept.items() if not _SECRET_NAME.search(name)}

    def _param(self, name: str, value: str) -> str:
        clean = HIDDEN if self._is_secret(name, value) else self.text(value)
        if clean != value:
            self.hidden.add(name)
        return clean

    def _is_secret(self, name: str, value: str) -> bool:
        if _TOKEN.search(name) and not _SECRET_NAME.search(name):
            return not any(value.encode() in said for said in self._heard)
        return _SECRET_NAME.search(name) is not None
