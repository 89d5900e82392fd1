"""The rows of some days, read once, file after file and row group after row group (R7)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._quality.day_figures import DayTally
from schemahub._quality.identity import symbols_of
from schemahub._quality.price_watch import COLUMNS, PriceWatch
from schemahub._quality.row_groups import of_symbol, table_file
from schemahub._quality.row_tally import DenseRows, RowTally, SparseRows
from schemahub._quality.table_scan import by_time
from schemahub.layout import trade_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from schemahub._clock import Stop
    from schemahub._quality.identity import Identity
    from schemahub._quality.price_watch import Spike
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile

_COLUMNS = ("exchange", "symbol", "trade_id", "price", "quantity", "trade_ts")
_LIGHT_COLUMNS = ("exchange", "symbol", "quantity")


@dataclass(slots=True)
class SymbolReading:
    """What is found of one symbol: its days, its ids, and the watch over its prices."""

    watch: PriceWatch
    days: defaultdict[str, DayTally] = field(default_factory=lambda: defaultdict(DayTally))
    ids: RowTally = field(default_factory=DenseRows)

    def saw(self, spikes: Iterable[Spike]) -> None:
        """Count unusual prices on their days."""
        for spike in spikes:
            self.days[trade_date(spike.time_us)].saw(spike)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReading:
    """Reads a symbol's days from `read_from` on; of those before `judged_from`, only the quantities.

    `sparse` are the symbols whose ids have holes.
    """

    store: ObjectStore
    read_from: dict[Identity, str]
    judged_from: dict[Identity, str]
    price_jump: float
    latest_us: int
    sparse: Collection[Identity] = ()
    found: dict[Identity, SymbolReading] = field(default_factory=dict)

    def read(self, files: Collection[DataFile], stop: Stop) -> None:
        """Read all files, in order of their days and times; `NotFound` if one is gone."""
        for file, ahead in by_time(files):
            stop.check()
            wanted = [
                name
                for name in symbols_of(file)
                if name in self.read_from and self.read_from[name] <= file.trade_date
            ]
            judged = [name for name in wanted if self.judged_from[name] <= file.trade_date]
            with table_file(self.store, file.key) as opened:
                for number, group in enumerate(opened.groups(_COLUMNS if judged else _LIGHT_COLUMNS)):
                    for name in _present(group, wanted):
                        self._take(name, file, number, of_symbol(name, group), in_full=name in judged)
            for name in self.found.keys() & set(judged):
                self.found[name].ids.end_file(ahead[name])
        for reading in self.found.values():
            reading.saw(reading.watch.close())

    def _take(self, name: Identity, file: DataFile, group: int, rows: pa.Table, *, in_full: bool) -> None:
        reading = self._reading(name)
        day = reading.days[file.trade_date]
        day.rows += rows.num_rows
        day.quantity += pc.sum(rows["quantity"]).as_py() or 0.0
        if not in_full:
            return
        reading.ids.add(file.key, group, rows["trade_id"].combine_chunks())
        day.future += pc.sum(pc.greater(rows["trade_ts"].cast(pa.int64()), self.latest_us)).as_py() or 0
        sensible = _positive(rows["price"])
        day.senseless += pc.sum(pc.invert(pc.and_(sensible, _positive(rows["quantity"])))).as_py() or 0
        priced = rows.select(list(COLUMNS)).filter(sensible)
        if not priced.num_rows:
            return
        extremes = pc.min_max(priced["price"]).as_py()
        day.least_price = min(day.least_price or extremes["min"], extremes["min"])
        day.greatest_price = max(day.greatest_price or extremes["max"], extremes["max"])
        reading.saw(reading.watch.add(priced))

    def _reading(self, name: Identity) -> SymbolReading:
        if name not in self.found:
            ids = SparseRows() if name in self.sparse else DenseRows()
            self.found[name] = SymbolReading(watch=PriceWatch(self.price_jump), ids=ids)
        return self.found[name]


def _present(group: pa.Table, wanted: list[Identity]) -> list[Identity]:
    """Return the symbols that a row group may hold: it names the few that it has."""
    symbols = {symbol for chunk in group["symbol"].chunks for symbol in chunk.dictionary.to_pylist()}
    return [name for name in wanted if name[1] in symbols]


def _positive(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.and_(pc.greater(values, 0.0), pc.is_finite(values))
