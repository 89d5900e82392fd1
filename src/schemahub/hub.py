"""What a notebook holds: one lake, and everything that can be done with it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from schemahub._clock import Stop, SystemClock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from schemahub._clock import Clock
    from schemahub._collecting import Collecting
    from schemahub._config import Settings
    from schemahub._lake.opening import Lake
    from schemahub._plugins.observing import Observer
    from schemahub._quality.condition_result import Condition
    from schemahub._quality.source import Source
    from schemahub._query.answer import SqlResult
    from schemahub._query.ddl import DdlResult
    from schemahub._query.trades import Trades
    from schemahub._transform.job import TransformJob
    from schemahub.events import Emit
    from schemahub.results import Result

    When = str | datetime

_NS_PER_SECOND = 1_000_000_000


def open(  # noqa: A001, PLR0913 - `schemahub.open` is the name users read; one argument a choice
    lake: str | Path,
    *,
    config: str | Path | None = None,
    settings: Settings | None = None,
    overrides: Mapping[str, object] | None = None,
    observers: Sequence[Observer] = (),
    stop: Stop | None = None,
    clock: Clock | None = None,
) -> Hub:
    """Open a lake, which need not exist yet: nothing is created before the first write.

    `lake` is a path or a URL whose scheme names an object store. Settings come from `config` (a YAML
    file), then the environment, then `overrides` (dotted names: `{"ingest.workers": 5}`); or ready-made
    as `settings`. `observers` are objects with a method `schemahub_event(event)`. Setting `stop` from
    any thread makes the command under way save what it has and return.
    """
    from schemahub._config import load_settings

    given = settings or load_settings(config, arguments=overrides or {})
    return Hub(str(lake), given, observers=observers, stop=stop, clock=clock or SystemClock())


class Hub:
    """One lake. Every command returns a result that prints as a table and says whether it is complete."""

    def __init__(
        self,
        url: str,
        settings: Settings,
        *,
        observers: Sequence[Observer] = (),
        stop: Stop | None = None,
        clock: Clock,
    ) -> None:
        """Use `schemahub.open`."""
        self.url = url
        self.settings = settings
        self._observers = observers
        self._stop = stop
        self._clock = clock

    def __repr__(self) -> str:
        """Print the lake's URL."""
        return f"Hub({self.url!r})"

    def update_seed(self, exchange: str | None = None, products: Sequence[str] | None = None) -> Result:
        """Write the exchange's product list into the lake: all of it, or just `products`."""
        from schemahub._seeding import update_seed

        return update_seed(self._collecting("update-seed", exchange, products, {}))

    def ingest(  # noqa: PLR0913 - each is an option of the command
        self,
        *,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
        since: str | None = None,
        workers: int | None = None,
        chunk_concurrency: int | None = None,
        max_minutes: float | None = None,
        dry_run: bool = False,
    ) -> Result:
        """Fetch from each product's watermark to its head.

        `products` default to the seed's. A product without a watermark starts `since` ago ("6h"). Works
        on `workers` products at once, `chunk_concurrency` pages each. Stopping it loses nothing. With
        `dry_run` nothing is written and the result says how much there is to do.

        Any number of processes may do so at once and share the products through leases: what another one
        has done since this call, or still does, is left to it, and the result says so.
        """
        from schemahub._ingest.estimate import estimate_live
        from schemahub.layout import us
        from schemahub.times import parse_duration

        given = _given(workers, chunk_concurrency, max_minutes)
        collecting = self._collecting("ingest", exchange, products, given)
        asked_ns = self._clock.now_ns()
        since_ns = asked_ns - parse_duration(since or self.settings.ingest.since)
        if dry_run:
            return collecting.estimate(lambda engine, limit: estimate_live(engine, since_ns, limit))
        return collecting.run(lambda engine: engine.live(since_ns, us(asked_ns)))

    def backfill(  # noqa: PLR0913 - each is an option of the command
        self,
        *,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
        start: When | None = None,
        end: When | None = None,
        fill_gaps: bool = False,
        workers: int | None = None,
        chunk_concurrency: int | None = None,
        max_minutes: float | None = None,
        dry_run: bool = False,
    ) -> Result:
        """Fetch the trades from `start` (inclusive) to `end` (exclusive; now if not given).

        Times are aware datetimes or ISO text; a bare date is midnight UTC. What is stored already is not
        fetched again, so a backfill that was interrupted is repeated to go on. With `fill_gaps`, fetch
        instead whatever was requested and is missing, and read recorded gaps again.
        """
        from schemahub._ingest.estimate import estimate_backfill, estimate_fill

        given = _given(workers, chunk_concurrency, max_minutes)
        collecting = self._collecting("backfill", exchange, products, given)
        if fill_gaps:
            _refuse(start is not None or end is not None, "fill_gaps takes no start and no end")
            if dry_run:
                return collecting.estimate(estimate_fill)
            return collecting.run(lambda engine: engine.fill_gaps())
        first, last = self._range(start, end)
        if dry_run:
            return collecting.estimate(lambda engine, limit: estimate_backfill(engine, first, last, limit))
        return collecting.run(lambda engine: engine.backfill(first, last))

    def gaps(
        self,
        *,
        recheck: bool = False,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
    ) -> Result:
        """List the recorded gaps; with `recheck`, read each again first and repair what turned up.

        Where the reading itself fails, the result says which product's and why.
        """
        from schemahub._quality.gaps import gaps_report

        if recheck:
            known = products or self._products_with_checkpoint(exchange or self.settings.exchange)
            rechecked = self._collecting("gaps", exchange, known, {}).run(lambda engine: engine.recheck())
            if rechecked.unfinished:
                return rechecked
        return gaps_report(self._source(), exchange=exchange, products=products)

    def transform(self, *, full: bool = False, dry_run: bool = False) -> Result:
        """Bring new raw trades into the table; with `full`, build the table anew beside the old one."""
        from schemahub._transform.rebuild import rebuild
        from schemahub._transform.run import preview, transform

        job = self._transform_job()
        if dry_run:
            return preview(job)
        return rebuild(job) if full else transform(job)

    def compact(self, *, grace: str | None = None, dry_run: bool = False) -> Result:
        """Rewrite each day's small files as large ones; delete those replaced at least `grace` ago ("1h").

        It may run beside everything else; twice is a no-op.
        """
        from schemahub._compact.cost import Meter, MeteredStore
        from schemahub._compact.job import CompactJob
        from schemahub._compact.run import compact, preview
        from schemahub.times import parse_duration

        meter = Meter()
        store = MeteredStore(self.lake.store, meter)
        settings = self.settings.compact
        job = CompactJob(
            table=type(self.lake.table)(store, self.settings.files),
            store=store,
            clock=self._clock,
            stop=self._new_stop(),
            emit=self._emit,
            files=self.settings.files,
            settings=settings,
            grace_seconds=parse_duration(grace or settings.grace) / _NS_PER_SECOND,
        )
        return preview(job, meter) if dry_run else compact(job, meter)

    def verify(
        self,
        *,
        deep: bool = False,
        allow_confirmed: bool = False,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
    ) -> Result:
        """Prove that nothing is missing and nothing is there twice; with `deep`, read every byte."""
        from schemahub._quality.verify import Question, verify

        question = Question(exchange=exchange, products=products, deep=deep, allow_confirmed=allow_confirmed)
        return verify(self._source(), question, self._new_stop())

    def status(
        self,
        *,
        by_day: bool = False,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
    ) -> Result:
        """Say how far each product has come; with `by_day`, whether each day is proved complete."""
        from schemahub._quality.condition import conditions
        from schemahub._quality.status import status

        if by_day:
            return conditions(self._source(), exchange=exchange, products=products)
        return status(self._source(), self._clock, exchange=exchange, products=products)

    def condition(self, symbol: str, exchange: str | None = None) -> Condition:
        """Say of each day of a product whether it is complete (proved), holed, pending or out of reach.

        `symbol` is the product as the exchange spells it; `exchange` is needed where several have it. The
        days are `.days`. The manifest and the checkpoint tell: no file is read, as a rule.
        """
        from schemahub._quality.condition import condition

        return condition(self._source(), symbol, exchange)

    def quality(
        self,
        *,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
        days: int | None = None,
        strict: bool = False,
    ) -> Result:
        """Judge what the proofs of `verify` cannot: lateness, unusual volumes and prices, drift.

        Looks at the last `days` days of each product. Warnings leave the result complete unless `strict`.
        """
        from schemahub._quality.quality import QualityJob, quality

        _refuse(days is not None and days < 1, f"at least one day is judged, not {days}")
        settings = self.settings.quality.model_copy(update={"days": days} if days else {})
        job = QualityJob(source=self._source(), settings=settings, clock=self._clock, stop=self._new_stop())
        return quality(job, exchange=exchange, products=products, strict=strict)

    def sql(self, query: str) -> SqlResult:
        """Run a query in DuckDB; the table is the view `trades`, with the macros `ohlcv` and `vwap`."""
        from schemahub._query.sql import run_sql

        return run_sql(query, self.lake.table, self.lake.store, self._new_stop())

    def ddl(self, dialect: str, *, location: str | None = None) -> DdlResult:
        """Write the statements by which `athena`, `snowflake` or `duckdb` reads the table.

        `location` is the URL where that engine finds the lake, if it is another than this one's.
        """
        from schemahub._query.ddl import ddl

        return ddl(dialect, self.lake, location)

    def trades(  # noqa: PLR0913 - each is something to choose by
        self,
        *,
        exchange: str | None = None,
        symbol: str | None = None,
        trade_id: str | int | None = None,
        start: When | None = None,
        end: When | None = None,
        columns: Sequence[str] | None = None,
    ) -> Trades:
        """Select trades of the table; read them with `.to_arrow()`, `.to_pandas()`, `.to_batches()`, ...

        `start` is inclusive, `end` exclusive. A symbol that the table has nothing of is a `ConfigError`.
        """
        from schemahub._query.selection import selection
        from schemahub._query.trades import Trades

        wanted = selection(
            exchange=exchange, symbol=symbol, trade_id=trade_id, start=start, end=end, columns=columns
        )
        return Trades(self.lake.table, self.lake.store, wanted)

    @cached_property
    def lake(self) -> Lake:
        """Return the lake's parts, for whoever wants to look inside."""
        from schemahub._lake.opening import open_lake

        return open_lake(self.url, self.settings)

    @cached_property
    def _emit(self) -> Emit:
        from schemahub._plugins.observing import observers

        return observers(*self._observers)

    def _source(self) -> Source:
        from schemahub._quality.source import Source

        return Source(
            raw=self.lake.raw,
            checkpoints=self.lake.checkpoints,
            table=self.lake.table,
            store=self.lake.store,
            transformer_for=self._transform_job().transformer_for,
        )

    def _new_stop(self) -> Stop:
        # A stop is for one command, unless the caller holds it: an interrupted cell must not stop the next.
        return self._stop or Stop()

    def _collecting(
        self,
        command: str,
        exchange: str | None,
        products: Sequence[str] | None,
        given: Mapping[str, object],
    ) -> Collecting:
        from schemahub._collecting import Collecting
        from schemahub._config import with_ingest

        return Collecting(
            command=command,
            lake=self.lake,
            exchange=exchange or self.settings.exchange,
            products=products,
            settings=with_ingest(self.settings, given),
            clock=self._clock,
            stop=self._new_stop(),
            emit=self._emit,
        )

    def _transform_job(self) -> TransformJob:
        from schemahub._transform.job import TransformJob
        from schemahub._transform.mappings import Transformers

        return TransformJob(
            raw=self.lake.raw,
            table=self.lake.table,
            store=self.lake.store,
            transformer_for=Transformers(self.settings.transformer, self.settings.mappings),
            clock=self._clock,
            stop=self._new_stop(),
            emit=self._emit,
            settings=self.settings.transform,
            files=self.settings.files,
            checkpoints=self.lake.checkpoints,
        )

    def _products_with_checkpoint(self, exchange: str) -> tuple[str, ...]:
        return tuple(stream.product for stream in self.lake.checkpoints.streams(exchange))

    def _range(self, start: When | None, end: When | None) -> tuple[int, int]:
        _refuse(start is None, "a backfill needs a start, such as 2026-01-01")
        first = _ns(start, self._clock)
        last = _ns(end, self._clock)
        _refuse(first >= last, f"the start of a backfill is before its end: {start} to {end or 'now'}")
        return first, last


def _given(
    workers: int | None, chunk_concurrency: int | None, max_minutes: float | None
) -> dict[str, object]:
    every = {"workers": workers, "chunk_concurrency": chunk_concurrency, "max_minutes": max_minutes}
    return {name: value for name, value in every.items() if value is not None}


def _refuse(wrong: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    from schemahub.errors import ConfigError

    if wrong:
        raise ConfigError(message)


def _ns(when: When | None, clock: Clock) -> int:
    from schemahub.times import datetime_to_ns, parse_time

    if when is None:
        return clock.now_ns()
    return parse_time(when) if isinstance(when, str) else datetime_to_ns(when)
