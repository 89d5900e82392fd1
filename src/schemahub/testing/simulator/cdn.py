"""The CDN before the exchange: for a moment, the same URL gets the same reply."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub.testing.simulator.bounded import Bounded

if TYPE_CHECKING:
    from schemahub.testing.simulator.responses import SimResponse

_REPLIES_KEPT = 256
_OK = 200


class Cdn:
    """Replies by full URL, for `max_age_seconds`."""

    def __init__(self, max_age_seconds: float, *, errors: bool) -> None:
        """Start empty; keep errors too where told."""
        self._max_age = max_age_seconds
        self._errors = errors
        self._kept: Bounded[str, tuple[float, SimResponse]] = Bounded(_REPLIES_KEPT)

    def hit(self, url: str, now: float) -> SimResponse | None:
        """Return the kept reply, with its age, or None."""
        at, response = self._kept.get(url, (0.0, None))
        if response is None or now - at >= self._max_age:
            return None
        age = {"CF-Cache-Status": "HIT", "Age": str(int(now - at))}
        return replace(response, headers={**response.headers, **age})

    def keep(self, url: str, response: SimResponse, now: float) -> SimResponse:
        """Keep a fresh reply if it may be kept; return it as the client sees it."""
        policy = {"Cache-Control": f"public, max-age={self._max_age:g}", "CF-Cache-Status": "MISS"}
        response = replace(response, headers={**response.headers, **policy})
        if self._max_age > 0 and (self._errors or response.status == _OK):
            self._kept[url] = (now, response)
        return response
