"""What the engine may be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSettings:
    """Defaults that suit one laptop and one public address."""

    workers: int = 3
    """Products worked on at once."""
    chunk_concurrency: int = 5
    """Pages of one product asked for at once."""
    batch_size: int = 100_000
    """Positions in one raw object; a new value takes effect with the next plan."""
    codec: str = "zst"
    """Compression of raw objects: zst, gz or none."""
    plan_batches: int = 50
    """Batches in one backfill plan, so that a live run never waits long behind a backfill."""
    page_attempts: int = 8
    """Tries for a page whose answer does not fit the question."""
    settle_seconds: float = 5.0
    """A plan ends at the newest trade that is at least this old."""
