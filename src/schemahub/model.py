"""The frozen values that cross module boundaries.

Time is `int` nanoseconds since the epoch, UTC. Prices and sizes stay text until a mapping types them.
"""

from __future__ import annotations

import enum
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from schemahub.spans import Span

T = TypeVar("T")


class Ids(enum.Enum):
    """What an exchange's trade ids are; decides how completeness is known."""

    DENSE = "dense"
    """Consecutive integers: completeness is proved, a hole is seen (Coinbase, Binance, Kraken)."""
    SPARSE = "sparse"
    """Increasing integers with holes: completeness by chaining pages (Gemini, Bitstamp)."""
    OPAQUE = "opaque"
    """Identity only (UUIDs)."""


class Paging(enum.Enum):
    """How pages are asked for; decides what can be read in parallel."""

    BY_POSITION = "by_position"
    """Any range of positions can be asked for."""
    BY_TOKEN = "by_token"  # noqa: S105 - no password
    """Pages chain forward through an opaque token."""
    BY_WINDOW = "by_window"
    """Only recent windows exist."""


class Site(enum.Enum):
    """An address of an exchange; each has rate limits, a circuit breaker and connections of its own."""

    API = "api"
    """`base_url` of the settings."""
    ARCHIVE = "archive"
    """`archive_url` of the settings: bulk files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request that a connector wants sent; the core sends it.

    `path` is joined to the connector's `base_url`, already percent-encoded. `endpoint` names the
    class of endpoint that rate limits weigh (see `RateLimit.weights`). `site` says which of the connector's
    addresses the path belongs to.
    """

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    endpoint: str = "public"
    method: str = "GET"
    site: Site = Site.API


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back: header names in lower case, body decompressed, and the request it answers."""

    request: Request
    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Print without headers and body, which may be large or private."""
        return f"Response(status={self.status}, path={self.request.path!r}, bytes={len(self.body)})"


Steps = Generator[Request, Response, T]
"""What a connector's methods are: `response = yield Request(...)`, and a value at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One market of an exchange; `id` is the exchange's own spelling, `base` and `quote` its own fields."""

    id: str
    base: str
    quote: str
    active: bool = True
    alias_of: str | None = None
    """Set where the exchange serves another product's very trades under this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Trades as columns, ascending by position: no object per trade.

    `lines[i]` holds the exchange's own bytes of the trade at `positions[i]`, one line, no newline.
    `first_time_ns` and `last_time_ns` are the times of the first and the last trade, None if empty.
    `times_ns` are the times of all of them; connectors that are not asked by position must give them.
    `next_token` is where to go on (`Paging.BY_TOKEN`), None if the exchange named no such place.
    """

    positions: Sequence[int]
    lines: Sequence[bytes]
    first_time_ns: int | None = None
    last_time_ns: int | None = None
    times_ns: Sequence[int] | None = None
    next_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFile:
    """A bulk file of trades: one zip with one file of lines in it.

    `span` are the positions that are to be taken from it; it may hold more. `sha256` is the digest of the
    zip in hexadecimal, None where the exchange publishes none.
    """

    request: Request
    span: Span
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest trades of a product, ascending, as positions and times; empty if it never traded."""

    positions: Sequence[int]
    times_ns: Sequence[int]

    def settled(self, before_ns: int) -> int | None:
        """Return the newest position whose trade is not younger than `before_ns`.

        Where all trades shown are younger, that is the position before them; None if nothing is left.
        """
        for position, time_ns in zip(reversed(self.positions), reversed(self.times_ns), strict=True):
            if time_ns <= before_ns:
                return position
        below = self.positions[0] - 1 if self.positions else 0
        return below if below > 0 else None


class Outcome(enum.Enum):
    """What a response means for the next request."""

    OK = "ok"
    RETRY = "retry"
    RATE_LIMITED = "rate_limited"
    BANNED = "banned"
    UNKNOWN_PRODUCT = "unknown_product"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A classified response, with what the exchange said about its limits.

    `remaining` maps the name of a rate limit to the tokens that the exchange says are left.
    """

    outcome: Outcome
    reason: str = ""
    retry_after_seconds: float | None = None
    remaining: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """One limit of an exchange: a bucket of `burst` tokens, refilled at `per_second`.

    `weights` gives the tokens that a request of an endpoint class takes; a class not named takes one.
    """

    name: str
    per_second: float
    burst: float
    weights: Mapping[str, float] = field(default_factory=dict)
