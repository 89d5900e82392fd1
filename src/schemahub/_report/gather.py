"""Ask the rest of the library; one part that cannot be had leaves the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from schemahub._lake.run_objects import newest_runs
from schemahub._quality.condition import conditions
from schemahub._quality.gaps import gaps_report
from schemahub._quality.quality import QualityJob, quality
from schemahub._quality.status import status
from schemahub._quality.streams import chosen
from schemahub._quality.verify import Question, verify
from schemahub._report.activity import activity_of
from schemahub._report.facts import Facts, TableSize
from schemahub.errors import Cancelled, SchemahubError
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub._clock import Clock, Stop
    from schemahub._quality.source import Source
    from schemahub.layout import StreamId
    from schemahub.settings import QualitySettings

T = TypeVar("T")
HOUR_DAYS = 7
"""Days that are shown by the hour as well."""
MOST_RUNS = 60
_NS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportJob:
    """What a report is about, and what it is made from."""

    lake: str
    source: Source
    settings: QualitySettings
    clock: Clock
    stop: Stop
    days: int
    exchange: str | None = None
    products: Sequence[str] | None = None
    allow_confirmed: bool = False

    def day(self, days_ago: int) -> str:
        """Return the UTC day so many days ago."""
        today = datetime.fromtimestamp(self.clock.now_ns() // _NS_PER_SECOND, UTC)
        return f"{today - timedelta(days=days_ago):%Y-%m-%d}"


@dataclass(slots=True)
class _Asking:
    """Asks for one part after another, and notes what cannot be had."""

    stop: Stop
    failures: list[tuple[str, str]] = field(default_factory=list)

    def part(self, name: str, ask: Callable[[], T]) -> T | None:
        self.stop.check()
        try:
            return ask()
        except Cancelled:
            raise
        except SchemahubError as error:
            self.failures.append((name, str(error)))
            return None


def gather(job: ReportJob) -> Facts:
    """Return the facts; a product that nothing is stored of is a `ConfigError`.

    Nothing is written, and no exchange is asked.
    """
    streams = tuple(chosen(job.source.streams(job.exchange), job.products))
    asking, source = _Asking(job.stop), job.source
    judging = QualityJob(source=source, settings=job.settings, clock=job.clock, stop=job.stop)
    question = Question(exchange=job.exchange, products=job.products, allow_confirmed=job.allow_confirmed)
    since = job.day(job.days - 1)
    hours_from = max(since, job.day(HOUR_DAYS - 1))
    return Facts(
        lake=job.lake,
        made_at=ns_to_iso(job.clock.now_ns()),
        days=job.days,
        since_day=since,
        streams=streams,
        status=asking.part(
            "status", lambda: status(source, job.clock, exchange=job.exchange, products=job.products)
        ),
        conditions=asking.part(
            "completeness", lambda: conditions(source, exchange=job.exchange, products=job.products)
        ),
        proof=asking.part("verify", lambda: verify(source, question, job.stop)),
        quality=asking.part(
            "quality", lambda: quality(judging, exchange=job.exchange, products=job.products)
        ),
        gaps=asking.part("gaps", lambda: gaps_report(source, exchange=job.exchange, products=job.products)),
        activity=asking.part(
            "volumes and prices", lambda: activity_of(source, streams, since, hours_from, job.stop)
        ),
        table=asking.part("storage", lambda: _table_size(source, streams)),
        runs=asking.part("runs", lambda: newest_runs(source.store, MOST_RUNS)),
        failures=tuple(asking.failures),
    )


def _table_size(source: Source, streams: Sequence[StreamId]) -> TableSize:
    snapshot = source.table.snapshot()
    return TableSize(
        files=len(snapshot.files),
        bytes=sum(file.bytes for file in snapshot.files),
        rows=sum(file.rows for file in snapshot.files),
        days=len({file.trade_date for file in snapshot.files}),
        quarantined={stream: snapshot.quarantined.get(stream, 0) for stream in streams},
    )
