"""A cassette in the place of an exchange."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import httpx

from schemahub.errors import PermanentError
from schemahub.testing.cassette.secrets import HIDDEN

if TYPE_CHECKING:
    from schemahub.testing.cassette.document import Cassette, Recorded

_SHOWN = 5


class CassetteTransport(httpx.BaseTransport):
    """Answers recorded requests, told apart by method, path and parameters, whatever their order.

    What was asked several times is answered in the order of the recording, the last answer again and again.
    Any other request is a `PermanentError` that says what was recorded of this path.
    """

    def __init__(self, cassette: Cassette, base_url: str = "") -> None:
        """Begin at the beginning."""
        self._cassette = cassette
        self._prefix = urlsplit(base_url).path.rstrip("/")
        self._lock = threading.Lock()
        self._left: defaultdict[object, deque[Recorded]] = defaultdict(deque)
        for answer in cassette.answers:
            self._left[answer.key].append(answer)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        path = path.removeprefix(self._prefix)
        params = dict(parse_qsl(query, keep_blank_values=True))
        for name in params.keys() & set(self._cassette.hidden):
            params[name] = HIDDEN
        answer = self._next((request.method, path, tuple(sorted(params.items()))))
        if answer is None:
            raise self._unknown(request.method, path, params)
        return httpx.Response(
            answer.status, headers=dict(answer.headers), stream=httpx.ByteStream(answer.body)
        )

    def _next(self, key: object) -> Recorded | None:
        with self._lock:
            waiting = self._left.get(key)
            if not waiting:
                return None
            return waiting.popleft() if len(waiting) > 1 else waiting[0]

    def _unknown(self, method: str, path: str, params: dict[str, str]) -> PermanentError:
        same = [dict(answer.params) for answer in self._cassette.answers if answer.path == path]
        asked = f"{method} {path} {params}"
        known = f"one of {same[:_SHOWN]}" if same else "another path"
        msg = "the cassette has no such request"
        hint = "Record it anew with `schemahub record`, or ask as it was asked then."
        return PermanentError(msg, where=self._cassette.source, expected=known, found=asked, hint=hint)
