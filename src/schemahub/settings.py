"""The settings of each part, with their defaults and the reason of each number.

A person writes them in a YAML file or the environment (see docs/CONFIGURATION.md), so they are checked
when they are read; the parts get them as values.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PositiveFloat, PositiveInt

from schemahub import __version__
from schemahub.errors import ConfigError
from schemahub.times import parse_duration

_MIB = 1 << 20


def _checked_duration(text: str) -> str:
    try:
        parse_duration(text)
    except ConfigError as error:
        # pydantic collects ValueErrors; whoever loads the settings says where and what was found.
        raise ValueError(error.expected) from error
    return text


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(name for name in map(str.strip, value.split(",")) if name)


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


Duration = Annotated[str, AfterValidator(_checked_duration)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_distinct)]
"""A list of names; as one text, as in the environment, they are separated by commas."""
Ratio = Annotated[float, Field(gt=0, le=1)]


class Section(BaseModel):
    """Base of all sections: frozen, and a name that it does not know is refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


class IngestSettings(Section):
    """What `ingest` and `backfill` do unless told otherwise; suits a laptop and one public address."""

    workers: int = Field(default=3, ge=1, le=200)
    """Products worked on at the same time."""
    chunk_concurrency: int = Field(default=5, ge=1, le=200)
    """Pages of one product read at the same time."""
    batch_size: int = Field(default=100_000, ge=1, le=10_000_000)
    """Trades in one raw object; new plans use it, a plan that is under way keeps its own."""
    codec: Literal["zst", "gz", "none"] = "zst"
    """How new raw objects are compressed."""
    since: Duration = "6h"
    """How far back the first `ingest` of a product begins."""
    max_minutes: PositiveFloat | None = None
    """Stop cleanly after this time; the next run goes on from there."""
    plan_batches: PositiveInt = 50
    """Batches in one backfill plan, so that a live run never waits long behind a backfill."""
    page_attempts: PositiveInt = 8
    """Tries for a page whose answer does not fit the question."""


class LockSettings(Section):
    """Leases, which keep two runners from doing the same work; they are not needed for correctness."""

    provider: str = "objects"
    """Name of the lock provider, or `none`."""
    ttl_seconds: PositiveFloat = 90.0
    """A lease that is not renewed for this long is free again."""
    heartbeat_seconds: PositiveFloat = 30.0
    """How often a lease is renewed."""
    process: bool = False
    """Also take a lease for the whole run: a second `ingest` or `backfill` of an exchange, `transform` or
    `compact` of a lake ends at once and says whose it is. Without it, runs share the work."""


class ExecutorSettings(Section):
    """Where the units of `transform`, `compact`, `verify --deep` and `backfill` are done."""

    name: str = "inline"
    """Name of the executor: `inline` and `threads` are the core's."""
    address: str | None = None
    """Where its workers are; without it they are started here, and end with the command."""
    workers: int | None = Field(default=None, ge=1, le=10_000)
    """Units at the same time; what the executor finds if not given."""
    tries: PositiveInt = 4
    """Times that a unit is begun in all, where workers are lost."""


class TransformSettings(Section):
    """What `transform` does unless told otherwise."""

    rows_per_commit: PositiveInt = 2_000_000
    """Rows that memory holds, and after which, unless all is one commit, a commit makes them visible."""
    one_commit: bool | None = None
    """All that a run finds, of all products and exchanges, becomes visible in one commit, or none of it; if
    not given, as the table prefers. Parts of a hundred thousand raw objects, where there are more."""
    threads: int = Field(default=2, ge=1, le=64)
    """Raw objects fetched, and small days stored, at the same time: a store may be far away. Mapping is done
    by one thread; idle cores take whole units (`executor.name`)."""
    tries: PositiveInt = 10
    """Tries in a row that come to nothing because others commit first, before the run gives up."""


class FileSettings(Section):
    """How the table's files are written; docs/PERFORMANCE.md has the measurements behind the defaults."""

    rows_per_file: PositiveInt = 16_000_000
    """Rows after which a file ends."""
    bytes_per_file: PositiveInt = 128 * _MIB
    """Compressed bytes after which a file ends, and what `compact` packs small files to."""
    rows_per_group: PositiveInt = 128 * 1024
    """Rows in one row group: the least that a reader can skip, and what a writer holds."""
    compression: Literal["zstd", "snappy"] = "zstd"
    """zstd halves what is stored and scanned; snappy reads a third faster from a fast disk."""
    compression_level: int = Field(default=3, ge=1, le=19)
    """Level of zstd."""


class CompactSettings(Section):
    """What `compact` does unless told otherwise."""

    grace: Duration = "1h"
    """How long replaced files stay after the switch, for readers that began before."""
    rows_in_memory: PositiveInt = 2_000_000
    """Rows of one symbol that are held at once while files are merged."""
    tries: PositiveInt = 10
    """Tries in a row that come to nothing because others commit first, before the run gives up."""


class RunSettings(Section):
    """What is kept of runs, for `report`."""

    record: bool = True
    """Put a small record of each run into the lake: what it asked, how long answers took, what failed."""
    keep_days: PositiveInt = 90
    """Days after which `compact` deletes a record."""


class QualitySettings(Section):
    """What `status --quality` finds late or unusual."""

    days: PositiveInt = 30
    """Days of each product that are judged, the newest ones."""
    freshness_limit: Duration = "12h"
    """Age of the newest trade fetched at which a product is late: of runs six hours apart, one may fail."""
    table_limit: Duration = "18h"
    """Age of the table's newest row at which it is late: the transform may follow a run later."""
    trailing_days: PositiveInt = 30
    """Complete days before a day that its volume is compared with: a month has all kinds of weekdays."""
    least_days: PositiveInt = 7
    """Fewer such days say nothing, and the day is not judged."""
    volume_limit: PositiveFloat = 5.0
    """Robust deviations from the trailing median of the logarithm at which a day's volume is unusual: some
    five times as much or as little, where days differ as they do for most products."""
    price_jump: Ratio = 0.1
    """Distance from the median of the trades around it, as a share, at which a price is unusual. A market
    that moves takes its neighbours along; a lone print does not."""
    future_limit: Duration = "1m"
    """How far a trade's time may be ahead of this machine's clock."""


class BreakerSettings(Section):
    """When to stop sending to a host, and for how long."""

    window_seconds: PositiveFloat = 30.0
    """Answers older than this are forgotten."""
    least_requests: PositiveInt = 20
    """Fewer answers in the window prove nothing."""
    failure_ratio: Ratio = 0.5
    """Share of failures at which it opens. An outage shows far more; one in three is worth going on with."""
    rate_limited_in_a_row: PositiveInt = 5
    """Answers 429 in a row at which it opens: the exchange counts otherwise than we do, and bans follow."""
    open_seconds: PositiveFloat = 15.0
    """The first pause; each failed probe doubles it."""
    longest_open_seconds: PositiveFloat = 300.0
    """Where doubling ends; an exchange that names a longer ban is believed."""


class HttpSettings(Section):
    """Timeouts, retries, sizes and pools of requests; every number is finite, so every wait ends."""

    connect_timeout: PositiveFloat = 5.0
    """Seconds to reach the host."""
    read_timeout: PositiveFloat = 20.0
    """Seconds between two pieces of an answer. Pages take a second; what takes 20 will not come."""
    write_timeout: PositiveFloat = 10.0
    """Seconds between two pieces of a request."""
    pool_timeout: PositiveFloat = 60.0
    """Seconds to wait for a free connection, where more threads than connections share a pool."""
    answer_seconds: PositiveFloat = 120.0
    """Seconds for one whole answer: a body that drips passes every read timeout."""
    attempts: PositiveInt = 12
    """Times that one request is sent at most. While one in three fails, one in 500 000 uses up 12."""
    deadline_seconds: PositiveFloat = 300.0
    """What one request may wait in all for backoff, `Retry-After` and the breaker. Sending, and standing
    in line for our own tokens, do not count: a long line is no failure."""
    first_backoff: PositiveFloat = 0.25
    """Upper end of the first random pause, in seconds; it doubles with each attempt."""
    most_backoff: PositiveFloat = 30.0
    """Where doubling ends."""
    retry_ratio: Ratio = 0.5
    """Retries that each request sent pays for; above it, retries would keep a sick host down."""
    retry_reserve: PositiveInt = 200
    """Retries allowed before that: as many as can be in flight when a host dies."""
    max_body_bytes: PositiveInt = 32 * _MIB
    """Largest answer, decompressed; a page is 0.1 MiB."""
    max_download_bytes: PositiveInt = 16 * 1024 * _MIB
    """Largest bulk file: the busiest month of the busiest market is a tenth of it."""
    pools: PositiveInt = 32
    """Connection pools. 200 threads at full speed: one pool costs 2.5 ms CPU a page (its lock, and the list
    that it sweeps), eight pools 1.5, thirty-two 0.8."""
    connections_per_pool: PositiveInt = 8
    """Connections that each pool keeps."""
    user_agent: str = Field(
        default=f"schemahub/{__version__} (+https://github.com/schemahub/schemahub)", min_length=1
    )
    """What requests say they are; Coinbase and Bitstamp refuse those that say nothing."""
    breaker: BreakerSettings = BreakerSettings()
    """When to stop sending."""
