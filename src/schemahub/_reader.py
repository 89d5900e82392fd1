"""What a lake answers: reports, proofs, queries. Nothing here changes what is stored."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

from schemahub._arguments import address_of, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from schemahub._clock import Clock, Stop
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


class Reader:
    """The half of a `Hub` that only reads its lake."""

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
        return f"{type(self).__name__}({address_of(self.url)!r})"

    def _repr_html_(self) -> str:
        """Show in a notebook which lake this is, and what it works with; nothing is read."""
        from schemahub.results import Grid, html_of

        exchanges = ", ".join(self.settings.exchanges or (self.settings.exchange,))
        rows = (("lake", address_of(self.url)), ("exchange", exchanges), ("table", self.settings.table))
        return html_of(Grid(title="schemahub", columns=("", ""), rows=rows))

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
        days are `.days`: none where the exchange has no trade of what was asked for (`.empty`). The manifest
        and the checkpoint tell: no file is read, as a rule.
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
