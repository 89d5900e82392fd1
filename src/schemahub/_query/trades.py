"""Trades of the table as whatever a notebook wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemahub._lake.extras import require, require_parquet, require_sql
from schemahub._query.replaced import reason
from schemahub._query.selection import COLUMNS
from schemahub.errors import NotFound, RetryableError
from schemahub.results import Grid, html_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from schemahub._query.as_of import Moment
    from schemahub._query.selection import Selection
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile, Table

_SHOWN = 10
_SORTED_BY = ("exchange", "symbol", "trade_id", "trade_ts")
_TRIES = 3


class Trades:
    """A selection of the table, read when one of the `to_` methods is called.

    Only files, row groups and columns that can matter are read. Each call reads the table's state of its
    moment, or of the one given. `to_arrow`, `to_pandas` and `to_polars` are sorted by symbol, time and id.
    """

    def __init__(
        self, table: Table, store: ObjectStore, wanted: Selection, moment: Moment | None = None
    ) -> None:
        """Read nothing yet."""
        self._table = table
        self._moment = moment
        self._store = store
        self._wanted = wanted

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """Stream record batches: day after day, file after file, each file sorted in itself.

        Memory is bounded by a file's row groups, however much is read (R7). A compaction meanwhile does no
        harm; where its grace was too short for this reader, a `RetryableError` says so.
        """
        return self._read(self._wanted.columns)

    def to_arrow(self) -> pa.Table:
        """Return a `pyarrow.Table`."""
        require_parquet()
        import pyarrow as pa

        from schemahub._lake.parquet_file import SCHEMA
        from schemahub._lake.parquet_order import in_order

        # The columns that it is sorted by are read as well, whether they are wanted or not.
        names = [name for name in COLUMNS if name in {*self._wanted.columns, *_SORTED_BY}]
        schema = pa.schema([SCHEMA.field(name) for name in names])
        try:
            rows = pa.Table.from_batches(self._read(names), schema)
        except RetryableError:
            # Nobody has seen any of it yet.
            rows = pa.Table.from_batches(self._read(names), schema)
        return in_order(rows).select(list(self._wanted.columns))

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is optional
        """Return a `pandas.DataFrame`."""
        require("pandas", "pandas")
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:  # noqa: ANN401 - polars is optional
        """Return a `polars.DataFrame`."""
        require("polars", "polars")
        import polars as pl  # type: ignore[import-not-found,unused-ignore]  # optional, not a dependency

        return pl.from_arrow(self.to_arrow())

    def to_duckdb(self) -> Any:  # noqa: ANN401 - duckdb is optional
        """Return a lazy `duckdb.DuckDBPyRelation` in a session of its own, time zone UTC.

        What is done with it decides what is read: further filters and the choice of columns reach down
        into the files. It has no order of its own.
        """
        require_sql()
        from schemahub._query.relation import relation

        return relation(self._store, self._files(), self._wanted)

    def _files(self) -> list[DataFile]:
        moment = self._moment
        return self._wanted.files(moment.of(self._table) if moment else self._table.snapshot())

    def _read(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        require_parquet()
        # Here, not in the generator: a misspelt symbol is refused where it is asked for.
        return self._stream(columns, self._files())

    def _stream(self, columns: Sequence[str], files: list[DataFile]) -> Iterator[pa.RecordBatch]:
        from schemahub._query.scan import batches

        for tries_left in reversed(range(_TRIES)):
            given_out = False
            try:
                for batch in batches(self._store, files, self._wanted, columns):
                    given_out = True
                    yield batch
            except NotFound as error:
                why = reason(self._table, error.where or "")
                if given_out or not tries_left or not isinstance(why, RetryableError):
                    raise why from error
                files = self._files()
            else:
                return

    def _first(self) -> Grid:
        rows: list[tuple[object, ...]] = []
        for batch in self.to_batches():
            rows += (tuple(row.values()) for row in batch.slice(0, _SHOWN - len(rows)).to_pylist())
            if len(rows) == _SHOWN:
                break
        return Grid(title="trades (the first)", columns=self._wanted.columns, rows=tuple(rows))

    def __repr__(self) -> str:
        """Show the first trades."""
        return text_of(self._first())

    def _repr_html_(self) -> str:
        """Show the first trades in a notebook."""
        return html_of(self._first())
