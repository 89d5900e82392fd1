"""Every setting of the core, with its default; docs/CONFIGURATION.md lists them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt, PrivateAttr

from schemahub._config.http_section import HttpSection
from schemahub._config.section import Section
from schemahub._config.sources import Origins
from schemahub._config.times import parse_duration
from schemahub.errors import ConfigError


def _duration(text: str) -> str:
    try:
        parse_duration(text)
    except ConfigError as error:
        # pydantic collects ValueErrors; `loading` says where and what was found.
        raise ValueError(error.expected) from error
    return text


Duration = Annotated[str, AfterValidator(_duration)]


class IngestSection(Section):
    """What `ingest` and `backfill` do unless told otherwise."""

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
    """Batches in one plan: how much is fetched between two looks at the head."""


class LocksSection(Section):
    """Leases, which keep two runners from doing the same work; they are not needed for correctness."""

    provider: str = "objects"
    """Name of the lock provider, or `none`."""
    ttl_seconds: PositiveFloat = 90.0
    """A lease that is not renewed for this long is free again."""
    heartbeat_seconds: PositiveFloat = 30.0
    """How often a lease is renewed."""


class TransformSection(Section):
    """What `transform` does unless told otherwise."""

    rows_per_commit: PositiveInt = 2_000_000
    """Rows after which a commit makes them visible; bounds what a crash repeats."""


class Settings(Section):
    """All settings. An environment name is `SCHEMAHUB_{SECTION}__{FIELD}`."""

    lake: str | None = None
    """URL or path of the lake."""
    exchange: str = "coinbase"
    """The exchange that commands work on when none is named."""
    raw_sink: str = "objects"
    """Name of the raw sink."""
    checkpoint_store: str = "objects"
    """Name of the checkpoint store."""
    table: str = "parquet"
    """Name of the table format."""
    transformer: str = "mapping"
    """Name of the transformer."""
    ingest: IngestSection = IngestSection()
    """How trades are fetched."""
    http: HttpSection = HttpSection()
    """How requests are sent."""
    locks: LocksSection = LocksSection()
    """How runners keep out of each other's way."""
    transform: TransformSection = TransformSection()
    """How raw becomes the table."""
    connectors: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Settings of connectors by name; each is checked against the connector's own `Config`."""
    mappings: dict[str, str] = Field(default_factory=dict)
    """Paths of mapping files by exchange, in place of the shipped ones."""

    _origins: Origins = PrivateAttr(default_factory=Origins)
