"""The answer of a query, as a table to print and as frames to go on with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from schemahub._lake.extras import require
from schemahub.results import Grid, Result, cell_text, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from schemahub.transformer import ArrowStream

_SHOWN = 1_000


@dataclass(frozen=True, kw_only=True, eq=False)
class SqlResult(Result):
    """The rows that a query gave; times are aware, in UTC.

    It prints at most a thousand rows; `rows`, `--json` and the `to_` methods have all of them. `figures` are
    what the engine has to say of the query, such as what it cost. `table_is_empty`
    where there was nothing to find.
    """

    answer: pa.Table
    figures: tuple[tuple[str, object], ...] = ()
    table_is_empty: bool = False

    def next_steps(self) -> tuple[str, ...]:
        """Say why there are no rows, where the table has none."""
        return ("schemahub transform: the table has no rows yet",) if self.table_is_empty else ()

    @classmethod
    def of(cls, answer: ArrowStream | None, figures: tuple[tuple[str, object], ...] = ()) -> SqlResult:
        """Keep an answer; None where the statement has none."""
        import pyarrow as pa

        return cls(answer=pa.table({} if answer is None else answer), figures=figures)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, which may repeat."""
        return tuple(self.answer.column_names)

    @cached_property
    def rows(self) -> tuple[tuple[object, ...], ...]:
        """Return all rows as Python values."""
        return tuple(self.each_row())

    def each_row(self) -> Iterator[tuple[object, ...]]:
        """Yield the rows as Python values, without holding all of them."""
        for batch in self.answer.to_batches():
            yield from _rows(batch)

    @property
    def complete(self) -> bool:
        """Tell that there is an answer."""
        return True

    def headline(self) -> str:
        """Return the number of rows."""
        count = self.answer.num_rows
        shown = f", the first {_SHOWN:,} shown" if count > _SHOWN else ""
        rows = f"{count:,} rows{shown}" if count != 1 else "1 row"
        return "; ".join([rows, *(f"{name} {cell_text(value)}" for name, value in self.figures)])

    def grids(self) -> tuple[Grid, ...]:
        """Return the first rows."""
        first = self.answer.slice(0, _SHOWN).combine_chunks().to_batches()
        rows = tuple(row for batch in first for row in _rows(batch))
        return (Grid(title="", columns=self.columns, rows=rows),)

    def document(self) -> dict[str, Any]:
        """Return the JSON document of `--json`, with all rows."""
        rows = [plain(row) for row in self.each_row()]
        return {
            "complete": self.complete,
            "headline": f"{len(rows):,} rows" if len(rows) != 1 else "1 row",
            "columns": list(self.columns),
            "figures": {name: plain(value) for name, value in self.figures},
            "rows": rows,
        }

    def to_arrow(self) -> pa.Table:
        """Return a `pyarrow.Table`."""
        return self.answer

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is optional
        """Return a `pandas.DataFrame`."""
        require("pandas", "pandas")
        return self.answer.to_pandas()

    def to_polars(self) -> Any:  # noqa: ANN401 - polars is optional
        """Return a `polars.DataFrame`."""
        require("polars", "polars")
        import polars as pl  # type: ignore[import-not-found,unused-ignore]  # optional, not a dependency

        return pl.from_arrow(self.answer)


def _rows(batch: pa.RecordBatch) -> Iterator[tuple[object, ...]]:
    # By way of Arrow: DuckDB's own rows need pytz for times. By position: names may repeat.
    return zip(*map(_values, batch.columns), strict=True)


def _values(column: pa.Array) -> list[object]:
    import pyarrow as pa

    # DuckDB sums integers to 128 bits, which Arrow has no integer for.
    if pa.types.is_decimal(column.type) and column.type.scale == 0:
        return [None if value is None else int(value) for value in column.to_pylist()]
    return list(column.to_pylist())
