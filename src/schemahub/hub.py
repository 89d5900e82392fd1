"""What a notebook holds: one lake, and everything that can be done with it."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

from schemahub._arguments import address_of, given, refuse, time_range
from schemahub._clock import Stop, SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from schemahub._clock import Clock
    from schemahub._config import Settings
    from schemahub._jobs import Jobs
    from schemahub._lake.opening import Lake
    from schemahub._quality.condition_result import Condition
    from schemahub._query.answer import SqlResult
    from schemahub._query.ddl import DdlResult
    from schemahub._query.trades import Trades
    from schemahub.events import Observer
    from schemahub.results import Result

    When = str | datetime
    Exchanges = str | Sequence[str]


def open(  # noqa: A001, PLR0913 - `schemahub.open` is the name users read; one argument a choice
    lake: str | Path,
    *,
    config: str | Path | None = None,
    settings: Settings | None = None,
    overrides: Mapping[str, object] | None = None,
    observers: Sequence[Observer] = (),
    stop: Stop | None = None,
    clock: Clock | None = None,
    progress: bool | None = None,
) -> Hub:
    """Open a lake, which need not exist yet: nothing is created before the first write.

    `lake` is a path or a URL whose scheme names an object store. Settings come from `config` (a YAML
    file), then the environment, then `overrides` (dotted names: `{"ingest.workers": 5}`); or ready-made
    as `settings`. `observers` are objects with a method `schemahub_event(event)`. Setting `stop` from
    any thread makes the command under way save what it has and return.

    In a notebook and on a terminal, commands show how far they are; `progress=False`, or the setting of
    that name, keeps them quiet.
    """
    from schemahub._config import load_settings

    chosen = settings or load_settings(config, arguments=overrides or {})
    if chosen.progress if progress is None else progress:
        from schemahub._progress.observer import watching

        observers = [*observers, *watching()]
    return Hub(str(lake), chosen, observers=observers, stop=stop, clock=clock or SystemClock())


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
        return f"Hub({address_of(self.url)!r})"

    def _repr_html_(self) -> str:
        """Show in a notebook which lake this is, and what it works with; nothing is read."""
        from schemahub.results import Grid, html_of

        exchanges = ", ".join(self.settings.exchanges or (self.settings.exchange,))
        rows = (("lake", address_of(self.url)), ("exchange", exchanges), ("table", self.settings.table))
        return html_of(Grid(title="schemahub", columns=("", ""), rows=rows))

    def update_seed(self, exchange: Exchanges | None = None, products: Sequence[str] | None = None) -> Result:
        """Write the product lists of exchanges into the lake: all of each, or just `products`."""
        return self._jobs.collecting("update-seed", exchange, products, {}).update_seed()

    def ingest(  # noqa: PLR0913 - each is an option of the command
        self,
        *,
        exchange: Exchanges | None = None,
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

        Several exchanges, named or in the settings, are worked on at the same time, each with its own
        workers and within its own limits: one that is down delays no other.

        Any number of processes may do so at once and share the products through leases: what another one
        has done since this call, or still does, is left to it, and the result says so.
        """
        from schemahub._ingest.estimate import estimate_live
        from schemahub.layout import us
        from schemahub.times import parse_duration

        options = given(workers, chunk_concurrency, max_minutes)
        collecting = self._jobs.collecting("ingest", exchange, products, options)
        asked_ns = self._clock.now_ns()
        since_ns = asked_ns - parse_duration(since or self.settings.ingest.since)
        if dry_run:
            return collecting.estimate(lambda engine, limit: estimate_live(engine, since_ns, limit))
        return collecting.run(lambda engine: engine.live(since_ns, us(asked_ns)))

    def backfill(  # noqa: PLR0913 - each is an option of the command
        self,
        *,
        exchange: Exchanges | None = None,
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
        instead whatever was requested and is missing, and read recorded gaps again. Several exchanges are
        worked on at the same time, as by `ingest`.
        """
        from schemahub._crews import IN_THIS_PROCESS, backfill_jobs, crew_of
        from schemahub._ingest.estimate import estimate_backfill, estimate_fill
        from schemahub._interrupts import interrupts
        from schemahub._spread import spread_backfill

        options = given(workers, chunk_concurrency, max_minutes)
        collecting = self._jobs.collecting("backfill", exchange, products, options)
        if fill_gaps:
            refuse(start is not None or end is not None, "fill_gaps takes no start and no end")
            if dry_run:
                return collecting.estimate(estimate_fill)
            return collecting.run(lambda engine: engine.fill_gaps())
        first, last = time_range(start, end, self._clock)
        if dry_run:
            return collecting.estimate(lambda engine, limit: estimate_backfill(engine, first, last, limit))
        if self.settings.executor.name != IN_THIS_PROCESS:
            crewed = crew_of(self._jobs.url, collecting.parts[0].settings, backfill_jobs)
            with interrupts(collecting.stop), crewed as crew:
                return spread_backfill(self._jobs, crew, collecting, first, last)
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
            known = products or self._products_with_checkpoint
            rechecked = self._jobs.collecting("gaps", exchange, known, {}).run(
                lambda engine: engine.recheck()
            )
            if rechecked.unfinished:
                return rechecked
        return gaps_report(self._jobs.source(), exchange=exchange, products=products)

    def transform(self, *, full: bool = False, dry_run: bool = False) -> Result:
        """Bring new raw trades into the table; with `full`, build the table anew beside the old one."""
        from schemahub._crews import crew_of, transform_job
        from schemahub._transform.rebuild import rebuild
        from schemahub._transform.run import preview, transform

        job = self._jobs.transform()
        if dry_run:
            return preview(job)

        def work() -> Result:
            with crew_of(self._jobs.url, self.settings, transform_job) as crew:
                manned = dataclasses.replace(job, crew=crew)
                return rebuild(manned) if full else transform(manned)

        return self._alone("transform", job.stop, work)

    def compact(self, *, grace: str | None = None, dry_run: bool = False) -> Result:
        """Rewrite each day's small files as large ones; delete those replaced at least `grace` ago ("1h").

        It may run beside everything else; twice is a no-op.
        """
        from schemahub._compact.cost import Meter
        from schemahub._compact.run import compact, preview
        from schemahub._crews import compact_job, crew_of

        meter = Meter()
        job = self._jobs.compact(meter, grace or self.settings.compact.grace)
        if dry_run:
            return preview(job, meter)

        def work() -> Result:
            with crew_of(self._jobs.url, self.settings, compact_job) as crew:
                return compact(dataclasses.replace(job, crew=crew), meter)

        return self._alone("compact", job.stop, work)

    def verify(
        self,
        *,
        deep: bool = False,
        allow_confirmed: bool = False,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
    ) -> Result:
        """Prove that nothing is missing and nothing is there twice; with `deep`, read every byte."""
        from schemahub._crews import crew_of, source
        from schemahub._quality.verify import Question, verify

        question = Question(exchange=exchange, products=products, deep=deep, allow_confirmed=allow_confirmed)
        read, stop = self._jobs.source(told=True), self._jobs.stop()

        def work() -> Result:
            if not deep:
                return verify(read, question, stop)
            with crew_of(self._jobs.url, self.settings, source) as crew:
                return verify(dataclasses.replace(read, crew=crew), question, stop)

        return self._observed("verify", stop, work)

    def status(
        self,
        *,
        by_day: bool = False,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
        leases: bool = False,
    ) -> Result:
        """Say how far each product has come; with `by_day`, whether each day is proved complete.

        With `leases`, also who works on it at the moment: one more request a product.
        """
        from schemahub._quality.condition import conditions
        from schemahub._quality.status import status

        if by_day:
            return conditions(self._jobs.source(), exchange=exchange, products=products)
        locks = self.lake.locks if leases else None
        return status(self._jobs.source(), self._clock, exchange=exchange, products=products, locks=locks)

    def condition(self, symbol: str, exchange: str | None = None) -> Condition:
        """Say of each day of a product whether it is complete (proved), holed, pending or out of reach.

        `symbol` is the product as the exchange spells it; `exchange` is needed where several have it. The
        days are `.days`. The manifest and the checkpoint tell: no file is read, as a rule.
        """
        from schemahub._quality.condition import condition

        return condition(self._jobs.source(), symbol, exchange)

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

        refuse(days is not None and days < 1, f"at least one day is judged, not {days}")
        settings = self.settings.quality.model_copy(update={"days": days} if days else {})
        job = QualityJob(
            source=self._jobs.source(), settings=settings, clock=self._clock, stop=self._jobs.stop()
        )
        return quality(job, exchange=exchange, products=products, strict=strict)

    def report(
        self,
        path: str | Path = "report.html",
        *,
        exchange: str | None = None,
        products: Sequence[str] | None = None,
        days: int = 90,
        allow_confirmed: bool = False,
    ) -> Result:
        """Write one HTML page that shows how the lake is; it needs no network and no other file.

        It has what `verify`, `status`, `quality` and `gaps` find, volumes and prices of the last `days` days,
        and what was recorded of the last runs. The result is incomplete if something is wrong; with
        `allow_confirmed`, holes that the exchange is known to have are not.
        """
        from schemahub._report.gather import ReportJob
        from schemahub._report.report import report

        refuse(days < 1, f"at least one day is shown, not {days}")
        job = ReportJob(
            lake=address_of(self.url),
            source=self._jobs.source(),
            settings=self.settings.quality,
            clock=self._clock,
            stop=self._jobs.stop(),
            exchange=exchange,
            products=products,
            days=days,
            allow_confirmed=allow_confirmed,
        )
        return report(job, path)

    def sql(self, query: str, *, engine: str | None = None) -> SqlResult:
        """Run a query over the table `trades`, in DuckDB unless another `engine` is named or set.

        DuckDB has the macros `ohlcv` and `vwap` as well. Another engine reads what its catalog was told of
        last; what it has to say of the query is in `.figures`.
        """
        from schemahub._query.engine import run_query

        return run_query(query, self._jobs.query(), engine or self.settings.query_engine, self.settings)

    def ohlcv(
        self,
        symbol: str,
        interval: str | timedelta = "1h",
        *,
        start: When | None = None,
        end: When | None = None,
        exchange: str | None = None,
    ) -> SqlResult:
        """Return bars: `exchange`, `bucket`, `open`, `high`, `low`, `close`, `volume`, `trades`.

        `.to_pandas()`, `.to_arrow()` and `.to_polars()` give frames. `interval` is text ("1 minute", "4h")
        or a timedelta; `start` is inclusive, `end` exclusive. Exchanges are not mixed, and an interval
        without a trade has no row. It is the macro of that name, in DuckDB.
        """
        from schemahub._query.bars import bars_query
        from schemahub._query.selection import selection

        wanted = selection(exchange=exchange, symbol=symbol, start=start, end=end)
        return self.sql(bars_query("ohlcv", wanted, interval, self.lake.table.snapshot()), engine="duckdb")

    def vwap(
        self,
        symbol: str,
        interval: str | timedelta = "1h",
        *,
        start: When | None = None,
        end: When | None = None,
        exchange: str | None = None,
    ) -> SqlResult:
        """Return volume-weighted average prices: `exchange`, `bucket`, `vwap`, `volume`, `trades`.

        The arguments are those of `ohlcv`.
        """
        from schemahub._query.bars import bars_query
        from schemahub._query.selection import selection

        wanted = selection(exchange=exchange, symbol=symbol, start=start, end=end)
        return self.sql(bars_query("vwap", wanted, interval, self.lake.table.snapshot()), engine="duckdb")

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
        as_of: When | int | None = None,
    ) -> Trades:
        """Select trades of the table; read them with `.to_arrow()`, `.to_pandas()`, `.to_batches()`, ...

        `start` is inclusive, `end` exclusive. A symbol that the table has nothing of is a `ConfigError`.
        `as_of` reads an earlier state, by a time or a snapshot's id, where the table keeps a history.
        """
        from schemahub._query.as_of import Moment
        from schemahub._query.selection import selection
        from schemahub._query.trades import Trades

        wanted = selection(
            exchange=exchange, symbol=symbol, trade_id=trade_id, start=start, end=end, columns=columns
        )
        moment = None if as_of is None else Moment.parse(as_of)
        return Trades(self.lake.table, self.lake.store, wanted, moment)

    @cached_property
    def lake(self) -> Lake:
        """Return the lake's parts, for whoever wants to look inside."""
        from schemahub._lake.opening import open_lake

        return open_lake(self.url, self.settings)

    @cached_property
    def _jobs(self) -> Jobs:
        from schemahub._jobs import Jobs
        from schemahub._run_events import observed_by

        emit = observed_by((*self._observers, *self._recorders), self.settings)
        return Jobs(
            url=address_of(self.url),
            lake=self.lake,
            settings=self.settings,
            clock=self._clock,
            given_stop=self._stop,
            emit=emit,
        )

    @property
    def _recorders(self) -> Sequence[Observer]:
        if not self.settings.runs.record:
            return ()
        from schemahub._recording.recorder import RunRecorder

        return (RunRecorder(self.lake.store, self._clock),)

    def _observed(self, command: str, stop: Stop, work: Callable[[], Result]) -> Result:
        from schemahub._interrupts import interrupts
        from schemahub._run_events import between_run_events

        with interrupts(stop):
            return between_run_events(work, command=command, clock=self._clock, emit=self._jobs.emit)

    def _alone(self, command: str, stop: Stop, work: Callable[[], Result]) -> Result:
        def locked() -> Result:
            with self._jobs.process_lock(command):
                return work()

        return self._observed(command, stop, locked)

    def _products_with_checkpoint(self, exchange: str) -> tuple[str, ...]:
        return tuple(stream.product for stream in self.lake.checkpoints.streams(exchange))
