"""Bring a large file into a local one, piece by piece, and go on where a connection broke off."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from schemahub.errors import ConfigError, RetryableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemahub._clock import Stop
    from schemahub._http.transport import Answer
    from schemahub.model import Request
    from schemahub.settings import HttpSettings

PROGRESS_BYTES = 1 << 20
"""Fewer new bytes in one attempt are no progress, and fewer in `answer_seconds` are a drip."""

_WHOLE, _PART = 200, 206
GOOD = frozenset({_WHOLE, _PART})
NO_SUCH_RANGE = 416
_PLACE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """What is in the file now."""

    size: int
    sha256: str


@dataclass(slots=True)
class Download:
    """One file on its way; belongs to one thread. Memory holds one piece of it (R7)."""

    into: BinaryIO
    settings: HttpSettings
    stop: Stop
    where: str
    size: int = 0
    furthest: int = 0
    """The most bytes that were ever there: a file that begins again and again makes no progress."""
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    _version: str | None = None

    def request(self, request: Request) -> Request:
        """Return what to send: the rest of what was sent of the same version before, or the whole."""
        headers = {**request.headers, "accept-encoding": "identity"}
        if self.size and self._version:
            headers |= {"range": f"bytes={self.size}-", "if-range": self._version}
        return replace(request, headers=headers)

    def take(self, answer: Answer) -> None:
        """Write the body behind what is there, or from the beginning if the server sends the whole.

        Raises `RetryableError` for a body that drips, is too large, or is not what was asked for.
        """
        encoding = answer.headers.get("content-encoding", "identity").strip().lower() or "identity"
        fits = answer.status == _PART and self._fits(answer.headers)
        if not fits or encoding != "identity":
            self.restart()
        if encoding != "identity" or not (fits or answer.status == _WHOLE):
            msg = "the server sends another part or form of the file than was asked for"
            found = f"HTTP {answer.status}, {encoding}, {answer.headers.get('content-range', 'no range')}"
            raise RetryableError(msg, where=self.where, expected="the file as it is", found=found)
        self._version = _version(answer.headers)
        for chunk in self._in_time(answer.chunks):
            self._write(chunk)
            self.furthest = max(self.furthest, self.size)

    def result(self) -> Downloaded:
        """Return what was brought; the file is written out."""
        self.into.flush()
        return Downloaded(size=self.size, sha256=self._digest.hexdigest())

    def restart(self) -> None:
        """Forget what is there."""
        self.into.seek(0)
        self.into.truncate()
        self.size, self._version = 0, None
        self._digest = hashlib.sha256()

    def _fits(self, headers: Mapping[str, str]) -> bool:
        place = _PLACE.fullmatch(headers.get("content-range", "").strip())
        return place is not None and int(place[1]) == self.size

    def _write(self, chunk: bytes) -> None:
        if self.size + len(chunk) > self.settings.max_download_bytes:
            msg, most = "the file is too large", f"at most {self.settings.max_download_bytes} bytes"
            raise RetryableError(msg, where=self.where, expected=most, found="more")
        try:
            self.into.write(chunk)
        except OSError as error:
            msg = f"the file cannot be written: {error.strerror}"
            hint = "TMPDIR names the folder of temporary files; `archive_url: null` does without bulk files"
            raise ConfigError(msg, where=self.where, hint=hint) from error
        self._digest.update(chunk)
        self.size += len(chunk)

    def _in_time(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        # Sockets live in real time. There is no limit for the whole: a gigabyte takes what it takes.
        end, goal = self._next_goal()
        for chunk in chunks:
            self.stop.check()
            yield chunk
            if self.size >= goal:
                end, goal = self._next_goal()
            elif time.monotonic() > end:
                msg = "the file drips"
                limit = f"{PROGRESS_BYTES} bytes within {self.settings.answer_seconds:g} s"
                raise RetryableError(msg, where=self.where, expected=limit)

    def _next_goal(self) -> tuple[float, int]:
        return time.monotonic() + self.settings.answer_seconds, self.size + PROGRESS_BYTES


def _version(headers: Mapping[str, str]) -> str | None:
    tag = headers.get("etag", "")
    # A weak tag promises an equal meaning, not equal bytes: no range can be added to it.
    return tag if tag.startswith('"') else headers.get("last-modified")
