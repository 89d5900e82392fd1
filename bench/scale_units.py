"""What was measured, and where a part is said to give out: the numbers that `scale_model.py` multiplies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Costs of one unit, from `scale.py` and docs/PERFORMANCE.md, two digits; CPU of one core."""

    name_us: float = 18
    """Microseconds of CPU for one raw object's name, in `status`."""
    proof_name_us: float = 25
    """The same in `verify`."""
    name_bytes: float = 530
    """Memory of one name: `verify` and `status` hold those of one product while they judge them."""
    deep_name_bytes: float = 430
    """With `--deep`, those of all products are held: then what sorting takes besides does not count."""
    plan_name_us: float = 24
    """Of a name that the table does not cover, in a `transform` that begins."""
    plan_name_bytes: float = 550
    file_bytes: float = 150
    """Of the manifest, for a file, without its symbols."""
    symbol_bytes: float = 65
    """Of the manifest, for each symbol in a file."""
    load_us_per_file: float = 4
    load_us_per_symbol: float = 5
    commit_us_per_file: float = 3
    commit_us_per_symbol: float = 2
    idle_product_ms: float = 7
    """CPU of `ingest` for a product without news."""
    worker_megabytes: float = 28
    """Memory that one more product at once takes while its batches are full: ten instead of three took 200
    more in docs/PERFORMANCE.md."""
    verify_seconds_per_million: float = 0.17
    """CPU of `verify` for each million rows of the table, whose ids it reads; and with `--deep`."""
    deep_seconds_per_million: float = 1.4
    archive_trades_per_second: float = 750_000
    table_file_bytes: float = 128 * 2**20
    """What `compact` packs a day's files to."""
    rows_per_commit: float = 2_000_000
    latency_seconds: float = 0.05
    """Of one request to S3; assumed, not measured."""
    fill_share: float = 0.5
    """How much of such a file is used in the mean, where a day needs more than one; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where a part is said to give out. Chosen: what a small container or a patient person bears."""

    memory_gigabytes: float = 4
    """Of the container that runs `verify`."""
    seconds_to_wait: float = 60
    """For a command that has little to do."""
    commit_megabytes: float = 50
    """A manifest that every commit writes whole."""
    pages_per_second: float = 10
    """What the exchange allows one address."""
    hours_to_fetch: float = 24 * 30
    hours_to_prove: float = 24
    backlog_hours: float = 24 * 30
    """For one machine's transform of everything."""
