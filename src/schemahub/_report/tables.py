"""The tables of the page: what its pictures show, in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.completeness import shown
from schemahub._quality.condition_result import Conditions
from schemahub._quality.day_state import DayState
from schemahub._quality.status import duration
from schemahub._report.problems import every_check
from schemahub._report.wording import moment, short_time
from schemahub.results import Grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._lake.run_record import RunRecord
    from schemahub._quality.condition_result import Condition
    from schemahub._quality.status import ProductStatus
    from schemahub._report.facts import Facts
    from schemahub.layout import StreamId

_MILLI = 1_000


def products(facts: Facts) -> Grid:
    """Return one line a product: what is known of it in short."""
    states = {row.stream: row for row in facts.status.products} if facts.status else {}
    proofs = {proof.stream: proof for proof in facts.proof.products} if facts.proof else {}

    def row(stream: StreamId) -> tuple[object, ...]:
        state, proof, known = states.get(stream), proofs.get(stream), facts.condition_of(stream)
        whole = f"{known.count(DayState.COMPLETE):,} of {len(known.days):,}" if known else None
        return (
            str(stream),
            proof.verdict if proof else None,
            whole,
            duration(state.lag_seconds) if state and state.lag_seconds is not None else None,
            shown(state.gaps) if state else None,
            state.covered if state else None,
            state.table_rows if state else None,
            proof.quarantined if proof else None,
            shown(proof.overlaps) if proof else None,
        )

    columns = (
        "product",
        "proof",
        "days complete",
        "lag",
        "in gaps",
        "trades in raw",
        "table rows",
        "quarantined",
        "twice in raw",
    )
    return Grid(title="Products", columns=columns, rows=tuple(map(row, facts.streams)))


def days(conditions: Sequence[Condition]) -> Grid:
    """Return runs of equal days, as `status --by-day` has them."""
    return Conditions(products=tuple(conditions)).grids()[0]


def runs(facts: Facts) -> Grid:
    """Return one line a run, the newest first."""
    columns = (
        "began (UTC)",
        "run",
        "outcome",
        "seconds",
        "requests",
        "429",
        "other errors",
        "no answer",
        "retries",
        "breaker opened",
        "s waited for limit",
        "s waited to retry",
        "p50 ms",
        "p99 ms",
        "trades",
        "rows",
        "quarantined",
    )
    records = facts.runs.records if facts.runs else ()
    return Grid(title="Runs", columns=columns, rows=tuple(map(_run, records)))


def _run(run: RunRecord) -> tuple[object, ...]:
    asked, limited = run.asked, run.asked.answered(429)
    return (
        moment(run.started_us),
        f"{run.command} {run.exchange or ''}".strip(),
        "done" if run.complete else _why(run),
        round(run.seconds, 1),
        asked.requests,
        limited,
        asked.answered(400, 599) - limited,
        asked.answered(0),
        asked.retries,
        asked.breaker_opened,
        round(asked.tokens_seconds, 1),
        round(asked.backoff_seconds, 1),
        round(asked.seconds.p50 * _MILLI, 1) if asked.seconds else None,
        round(asked.seconds.p99 * _MILLI, 1) if asked.seconds else None,
        run.fetched.trades,
        run.tabled.rows,
        run.tabled.quarantined,
    )


def _why(run: RunRecord) -> str:
    reasons = [run.error] if run.error else [f"{each.what}: {each.error}" for each in run.failures]
    return "; ".join([f"{run.failed:,} not done" if run.failed else "not done", *reasons[:2]])


def storage(facts: Facts) -> Grid:
    """Return what each product takes."""
    quarantined = facts.table.quarantined if facts.table else {}

    def row(one: ProductStatus) -> tuple[object, ...]:
        per_trade = round(one.raw_bytes / one.covered, 1) if one.covered else None
        held = quarantined.get(one.stream)
        return str(one.stream), one.raw_files, one.raw_bytes, per_trade, one.covered, one.table_rows, held

    columns = ("product", "raw files", "raw bytes", "bytes a trade", "trades", "table rows", "quarantined")
    rows = tuple(map(row, facts.status.products)) if facts.status else ()
    return Grid(title="Storage by product", columns=columns, rows=rows)


def checks(facts: Facts) -> Grid:
    """Return every check that was made, also those that found nothing."""
    rows = tuple(
        (where, check.name, check.state.value, check.evidence, check.hint)
        for where, check in every_check(facts)
    )
    return Grid(title="Every check", columns=("where", "check", "state", "found", "what to do"), rows=rows)


def freshness(facts: Facts) -> Grid:
    """Return how old the newest trade of each product is."""
    rows = tuple(
        (
            str(row.stream),
            short_time(row.watermark_time),
            duration(row.lag_seconds) if row.lag_seconds is not None else "live ingestion has not begun",
            row.plan,
        )
        for row in (facts.status.products if facts.status else ())
    )
    columns = ("product", "newest trade (UTC)", "lag", "being fetched")
    return Grid(title="Freshness", columns=columns, rows=rows)
