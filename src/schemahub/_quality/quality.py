"""Judge what no proof can: lateness, volumes and prices unlike their neighbours, fields nobody named."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from schemahub._lake.extras import require_parquet
from schemahub._quality.checks import failed
from schemahub._quality.condition import checkpoint_of, stream_calendar, stream_identity
from schemahub._quality.day_conditions import day_conditions
from schemahub._quality.drift import check_drift
from schemahub._quality.figures import figures_of
from schemahub._quality.freshness import check_freshness
from schemahub._quality.missing import Known
from schemahub._quality.quality_result import ExchangeQuality, ProductQuality, QualityResult
from schemahub._quality.row_checks import check_days, check_ids, check_quarantined
from schemahub._quality.steady import steady
from schemahub._quality.streams import chosen
from schemahub.errors import ConfigError, IntegrityError
from schemahub.model import Ids
from schemahub.times import parse_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._clock import Clock, Stop
    from schemahub._quality.day_state import DayCondition
    from schemahub._quality.identity import Identity
    from schemahub._quality.row_reading import SymbolReading
    from schemahub._quality.source import Source
    from schemahub.checkpoint import Checkpoint
    from schemahub.layout import StreamId
    from schemahub.settings import QualitySettings
    from schemahub.table import DataFile, Snapshot

_NS_PER_US = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityJob:
    """What is judged, by which limits."""

    source: Source
    settings: QualitySettings
    clock: Clock
    stop: Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """One stream, what is known of its days, and what the table calls it."""

    checkpoint: Checkpoint
    identity: Identity
    days: tuple[DayCondition, ...]


def quality(
    job: QualityJob,
    *,
    exchange: str | None = None,
    products: Sequence[str] | None = None,
    strict: bool = False,
) -> QualityResult:
    """Judge the newest days of each product; a checkpoint that cannot be read fails its own product (R9).

    Memory is bounded by a row group, whatever the days hold (R7).
    """
    streams = chosen(job.source.streams(exchange), products)
    return steady(job.source.table.snapshot, lambda snapshot: _judge(job, streams, snapshot, strict))


def _judge(job: QualityJob, streams: list[StreamId], snapshot: Snapshot, strict: bool) -> QualityResult:  # noqa: FBT001 - one caller
    subjects: list[_Subject] = []
    unreadable: list[ProductQuality] = []
    for stream in streams:
        try:
            subjects.append(_subject(job.source, stream, snapshot))
        except (ConfigError, IntegrityError) as error:
            unreadable.append(ProductQuality(stream=stream, checks=(failed("checkpoint", str(error)),)))
    readings = _read(job, subjects, snapshot)
    return QualityResult(
        strict=strict,
        products=(*unreadable, *(_product(job, each, snapshot, readings) for each in subjects)),
        exchanges=tuple(
            ExchangeQuality(
                exchange=exchange,
                checks=tuple(check_drift(job.source, exchange, [each.checkpoint for each in group])),
            )
            for exchange, group in groupby(subjects, key=lambda each: each.checkpoint.stream.exchange)
        ),
    )


def _subject(source: Source, stream: StreamId, snapshot: Snapshot) -> _Subject:
    checkpoint = checkpoint_of(source, stream)
    calendar = stream_calendar(source, checkpoint, snapshot, exact=True)
    return _Subject(
        checkpoint=checkpoint,
        identity=stream_identity(source, stream, snapshot),
        days=day_conditions(Known.of(checkpoint, snapshot.covered_of(stream)), calendar),
    )


def _read(job: QualityJob, subjects: list[_Subject], snapshot: Snapshot) -> dict[Identity, SymbolReading]:
    judged_from = {each.identity: _first_day(each, job.settings.days) for each in subjects if each.days}
    read_from = {
        each.identity: _first_day(each, job.settings.days + job.settings.trailing_days)
        for each in subjects
        if each.days
    }

    def is_wanted(file: DataFile) -> bool:
        names = ((part.exchange, part.symbol) for part in file.symbols)
        return any(name in read_from and file.trade_date >= read_from[name] for name in names)

    files = list(filter(is_wanted, snapshot.files))
    if not files:
        return {}
    require_parquet()
    from schemahub._quality.row_reading import RowReading

    latest_ns = job.clock.now_ns() + parse_duration(job.settings.future_limit)
    reading = RowReading(
        store=job.source.store,
        read_from=read_from,
        judged_from=judged_from,
        price_jump=job.settings.price_jump,
        latest_us=latest_ns // _NS_PER_US,
        sparse={each.identity for each in subjects if each.checkpoint.ids is Ids.SPARSE},
    )
    reading.read(files, job.stop)
    return reading.found


def _first_day(subject: _Subject, days: int) -> str:
    return subject.days[-days:][0].trade_date


def _product(
    job: QualityJob, subject: _Subject, snapshot: Snapshot, readings: dict[Identity, SymbolReading]
) -> ProductQuality:
    checkpoint, reading = subject.checkpoint, readings.get(subject.identity)
    newest_us = max(
        (
            part.greatest_us
            for file in snapshot.files
            for part in file.symbols
            if (part.exchange, part.symbol) == subject.identity
        ),
        default=None,
    )
    checks = check_freshness(checkpoint, newest_us, job.settings, job.clock.now_ns())
    checks.append(check_quarantined(snapshot.quarantined.get(checkpoint.stream, 0)))
    if reading is None:
        return ProductQuality(stream=checkpoint.stream, checks=tuple(checks))
    days = figures_of(subject.days, reading, job.settings)
    checks += [check_ids(reading.ids), *check_days(days, job.settings)]
    return ProductQuality(stream=checkpoint.stream, checks=tuple(checks), days=days)
