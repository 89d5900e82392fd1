"""What each command of a hub works with: the lake's parts, settings, clock and observers, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._arguments import refuse
from schemahub._clock import Stop
from schemahub.times import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from schemahub._clock import Clock
    from schemahub._compact.cost import Meter
    from schemahub._compact.job import CompactJob
    from schemahub._config import Settings
    from schemahub._lake.opening import Lake
    from schemahub._quality.source import Source
    from schemahub._registering import Registrar
    from schemahub._side_by_side import SideBySide
    from schemahub._transform.job import TransformJob
    from schemahub._transform.mappings import Transformers
    from schemahub.events import Emit
    from schemahub.query_engine import QueryPlace

_NS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Makes the jobs of one hub; each command asks for its own."""

    url: str
    lake: Lake
    settings: Settings
    clock: Clock
    given_stop: Stop | None
    emit: Emit

    def stop(self) -> Stop:
        """Return the caller's stop, or one for this command alone.

        An interrupted cell must not stop the next.
        """
        return self.given_stop or Stop()

    def process_lock(self, command: str) -> AbstractContextManager[None]:
        """Return what keeps a second run of a command out, if the settings want that."""
        from schemahub._process_lock import process_lock

        return process_lock(command, self.lake.locks, self.settings.locks, self.clock)

    def collecting(
        self,
        command: str,
        exchange: str | Sequence[str] | None,
        products: Sequence[str] | Callable[[str], Sequence[str]] | None,
        options: Mapping[str, object],
    ) -> SideBySide:
        """Return what fetches trades of many products; `options` replace settings of `ingest`.

        A name that no connector has is refused before any exchange is asked. So are products without an
        exchange where the settings name several: each spells its products in its own way.
        """
        from schemahub._collecting import Collecting
        from schemahub._config import with_ingest
        from schemahub._plugins import find
        from schemahub._side_by_side import SideBySide, exchanges_of

        exchanges = exchanges_of(exchange, self.settings)
        several = len(exchanges) > 1
        named = bool(products) and not callable(products)
        refuse(
            several and named and not exchange,
            "products are named, and the settings have several exchanges; name one of these too",
        )
        for name in exchanges if several else ():
            find("connectors", name)
        settings, stop = with_ingest(self.settings, options), self.stop()
        parts = tuple(
            Collecting(
                command=command,
                lake=self.lake,
                exchange=name,
                products=products(name) if callable(products) else products,
                settings=settings,
                clock=self.clock,
                stop=stop,
                emit=self.emit,
            )
            for name in exchanges
        )
        return SideBySide(parts=parts, stop=stop)

    def transform(self) -> TransformJob:
        """Return what brings raw into the table."""
        from schemahub._transform.job import TransformJob

        stop, transformers = self.stop(), self._transformers()
        return TransformJob(
            raw=self.lake.raw,
            table=self.lake.table,
            store=self.lake.store,
            transformer_for=transformers,
            symbol_of=transformers.symbol_of,
            clock=self.clock,
            stop=stop,
            emit=self.emit,
            settings=self.settings.transform,
            files=self.settings.files,
            checkpoints=self.lake.checkpoints,
            registrar=self._registrar(stop),
        )

    def compact(self, meter: Meter, grace: str) -> CompactJob:
        """Return what packs small files; all that it asks of the store goes by the meter."""
        from schemahub._compact.cost import MeteredStore
        from schemahub._compact.job import CompactJob

        store = MeteredStore(self.lake.store, meter)
        stop = self.stop()
        return CompactJob(
            table=self.lake.table.over(store),
            store=store,
            clock=self.clock,
            stop=stop,
            emit=self.emit,
            files=self.settings.files,
            settings=self.settings.compact,
            grace_seconds=parse_duration(grace) / _NS_PER_SECOND,
            registrar=self._registrar(stop),
            keep_run_days=self.settings.runs.keep_days,
        )

    def source(self, *, told: bool = False) -> Source:
        """Return what proofs and reports are made from; observers are `told` of what is read, or not."""
        from schemahub._quality.source import Source
        from schemahub.events import silent

        return Source(
            raw=self.lake.raw,
            checkpoints=self.lake.checkpoints,
            table=self.lake.table,
            store=self.lake.store,
            transformer_for=self._transformers(),
            emit=self.emit if told else silent,
        )

    def query(self) -> QueryPlace:
        """Return what a query engine is asked with."""
        from schemahub.query_engine import QueryPlace

        return QueryPlace(
            lake=self.url, table=self.lake.table, store=self.lake.store, clock=self.clock, stop=self.stop()
        )

    def _transformers(self) -> Transformers:
        from schemahub._lake.symbols import Symbols
        from schemahub._transform.mappings import Transformers

        return Transformers(self.settings.transformer, self.settings.mappings, Symbols(self.lake.store))

    def _registrar(self, stop: Stop) -> Registrar | None:
        from schemahub._registering import open_registrar

        return open_registrar(
            self.settings,
            self.lake.table,
            self.lake.store,
            self.url,
            clock=self.clock,
            stop=stop,
            emit=self.emit,
        )
