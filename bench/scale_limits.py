"""Where each part of a lake gives out first: the bounds of `scale_units.py`, divided by what a unit takes."""

from __future__ import annotations

from aws_cost import BATCH, PAGE, SECONDS_PER_HOUR
from scale_lake import LIMITS, SIZES, UNITS, Lake, ingest_seconds, short

Limit = tuple[str, str, str, str]
"""The part, the bound by which it gives out, what it holds then, and what takes over."""


def all_limits() -> tuple[Limit, ...]:
    return (*fetching_limits(), *table_limits(), *proof_limits())


def fetching_limits() -> tuple[Limit, ...]:
    """Return the limits of what asks the exchange."""
    a_second = PAGE * LIMITS.pages_per_second
    most = LIMITS.memory_gigabytes * 1000 / UNITS.worker_megabytes
    return (
        (
            "fetching by pages",
            f"{LIMITS.hours_to_fetch / 24:g} days at {LIMITS.pages_per_second:g} a second",
            f"{short(a_second * LIMITS.hours_to_fetch * SECONDS_PER_HOUR)} trades",
            "bulk files; other addresses, each a share of the rate",
        ),
        (
            "following the head by pages",
            f"{LIMITS.pages_per_second:g} pages a second",
            f"{short(a_second * 86_400)} trades a day",
            "other addresses",
        ),
        (
            "ingest with nothing new",
            f"{LIMITS.seconds_to_wait:g} s with 3 workers",
            f"{short(LIMITS.seconds_to_wait / ingest_seconds(3, workers=3) * 3)} products",
            "`workers`; more processes, by leases",
        ),
        (
            "products at once in a backfill",
            f"{LIMITS.memory_gigabytes:g} GB, two full batches and 20 threads each",
            f"{short(most)} products",
            "more processes, by leases",
        ),
    )


def table_limits() -> tuple[Limit, ...]:
    """Return the limits of what makes the table."""
    a_file = UNITS.file_bytes + UNITS.symbol_bytes
    loose = LIMITS.commit_megabytes * 1e6 / a_file
    wide_years = LIMITS.commit_megabytes * 1e6 / Lake(products=500, days=365).packed_manifest
    backlog = LIMITS.memory_gigabytes * 1e9 / UNITS.plan_name_bytes
    a_core = 1e6 * LIMITS.backlog_hours * SECONDS_PER_HOUR / 3 / SIZES.transform_cpu_seconds_per_million
    return (
        (
            "transform, planning",
            f"{LIMITS.seconds_to_wait:g} s of one request after another",
            f"{short(LIMITS.seconds_to_wait / UNITS.latency_seconds / 2)} products",
            "a lake for each exchange",
        ),
        (
            "transform, files not packed",
            f"a manifest of {LIMITS.commit_megabytes:g} MB, written by each commit",
            f"{short(loose)} files: 50 products x {loose / 50 / 365:.1f} years of backfill",
            "`compact` between; a larger `rows_per_commit`; `one_commit`",
        ),
        (
            "transform, files packed",
            "the same",
            f"{wide_years:.1f} years of 500 products: each symbol of each day is in it",
            "`one_commit`; a lake for each exchange",
        ),
        (
            "transform that begins, names",
            f"{LIMITS.memory_gigabytes:g} GB",
            f"{short(backlog)} names not in the table: {short(backlog * BATCH)} trades",
            "`transform` while the backfill still runs",
        ),
        (
            "table, one core",
            f"{LIMITS.backlog_hours / 24:g} days for transform and compact",
            f"{short(a_core)} trades",
            "executors: threads, Dask, Ray",
        ),
    )


def proof_limits() -> tuple[Limit, ...]:
    """Return the limits of what proves and shows."""
    a_day = 1e6 * LIMITS.hours_to_prove * SECONDS_PER_HOUR
    a_proof = a_day / UNITS.verify_seconds_per_million
    a_deep_proof = a_day / UNITS.deep_seconds_per_million
    names = LIMITS.memory_gigabytes * 1e9 / UNITS.name_bytes
    deep_names = LIMITS.memory_gigabytes * 1e9 / UNITS.deep_name_bytes
    slow_names = LIMITS.seconds_to_wait / UNITS.proof_name_us * 1e6
    return (
        (
            "verify, rows",
            f"{LIMITS.hours_to_prove:g} h of one core",
            f"{short(a_proof)} trades, {short(a_deep_proof)} with `--deep`",
            "`--product`, some each night; `--deep` by executors",
        ),
        (
            "status and verify, names",
            f"{LIMITS.seconds_to_wait:g} s of one core",
            f"{short(slow_names)} names: {short(slow_names * BATCH)} trades in full batches",
            "`--product`, some at a time",
        ),
        (
            "verify, names",
            f"{LIMITS.memory_gigabytes:g} GB",
            f"{short(names)} names of one product: {short(names * BATCH)} trades of it in full batches",
            "more memory",
        ),
        (
            "verify `--deep`, names",
            f"{LIMITS.memory_gigabytes:g} GB",
            f"{short(deep_names)} names: {short(deep_names * BATCH)} trades in full batches",
            "`--product`, some at a time",
        ),
    )
