"""What a notebook holds: one lake, and everything that can be done with it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from schemahub._arguments import given, refuse, time_range
from schemahub._clock import Stop, SystemClock
from schemahub._reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from schemahub._clock import Clock
    from schemahub._config import Settings
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


class Hub(Reader):
    """One lake. Every command returns a result that prints as a table and says whether it is complete."""

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
        has done since this call, or still does, is left to it, and the result says so. One that fetches a
        product's past does not bring what is new: then the product is not complete.
        """
        from schemahub._ingest.estimate import estimate_live
        from schemahub._ingest.task import live_task
        from schemahub.layout import us
        from schemahub.times import parse_duration

        options = given(workers, chunk_concurrency, max_minutes)
        collecting = self._jobs.collecting("ingest", exchange, products, options)
        asked_ns = self._clock.now_ns()
        since_ns = asked_ns - parse_duration(since or self.settings.ingest.since)
        if dry_run:
            return collecting.estimate(lambda engine, limit: estimate_live(engine, since_ns, limit))
        return collecting.run(live_task(since_ns, us(asked_ns)))

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
        worked on at the same time, as by `ingest`. A product that another runner holds is complete only if
        all of the range is stored, or was requested, so that whoever holds it comes to it.
        """
        from schemahub._crews import IN_THIS_PROCESS, backfill_jobs, crew_of
        from schemahub._ingest.estimate import estimate_backfill, estimate_fill
        from schemahub._ingest.task import backfill_task, fill_task
        from schemahub._interrupts import interrupts
        from schemahub._spread import spread_backfill

        options = given(workers, chunk_concurrency, max_minutes)
        collecting = self._jobs.collecting("backfill", exchange, products, options)
        if fill_gaps:
            refuse(start is not None or end is not None, "fill_gaps takes no start and no end")
            if dry_run:
                return collecting.estimate(estimate_fill)
            return collecting.run(fill_task())
        first, last = time_range(start, end, self._clock)
        if dry_run:
            return collecting.estimate(lambda engine, limit: estimate_backfill(engine, first, last, limit))
        if self.settings.executor.name != IN_THIS_PROCESS:
            crewed = crew_of(self._jobs.url, collecting.parts[0].settings, backfill_jobs)
            with interrupts(collecting.stop), crewed as crew:
                return spread_backfill(self._jobs, crew, collecting, first, last)
        return collecting.run(backfill_task(first, last))

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
        from schemahub._ingest.task import recheck_task
        from schemahub._quality.gaps import gaps_report

        if recheck:
            known = products or self._products_with_checkpoint
            rechecked = self._jobs.collecting("gaps", exchange, known, {}).run(recheck_task())
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

    def _alone(self, command: str, stop: Stop, work: Callable[[], Result]) -> Result:
        def locked() -> Result:
            with self._jobs.process_lock(command):
                return work()

        return self._observed(command, stop, locked)

    def _products_with_checkpoint(self, exchange: str) -> tuple[str, ...]:
        return tuple(stream.product for stream in self.lake.checkpoints.streams(exchange))
