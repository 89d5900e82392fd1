"""`schemahub mapping check`: what a mapping makes of a sample."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from schemahub.results import Grid, Result
from schemahub.transformer import UNIFIED_COLUMNS
from schemahub_mapping.reading import read_mapping
from schemahub_mapping.spec import LISTED, Source
from schemahub_mapping.transformer import MappingTransformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.transformer import Rejected
    from schemahub_mapping._command.files import Sample
    from schemahub_mapping.spec import Column

_ROWS = 5
_EXCERPT = 100
_SHOWN = tuple(name for name, _ in UNIFIED_COLUMNS if name != "ingest_ts")
_PATHS = {
    "fixed": "at fixed places",
    "shape": "by shape",
    "block": "as a block of JSON",
    "lines": "line by line",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLines:
    """The lines that broke one rule: how many, the 1-based number of the first, and its beginning."""

    rule: str
    lines: int
    first: int
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial(Result):
    """What a sample became; `path` is the way that most lines were read. Without a sample: nothing."""

    mapping: str
    exchange: str
    columns: tuple[tuple[str, str], ...]
    sample: str | None = None
    lines: int = 0
    rows: int = 0
    path: str = ""
    rejected: tuple[RejectedLines, ...] = ()
    drift: tuple[str, ...] = ()
    paste: str = ""
    first_rows: tuple[tuple[str, ...], ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether no line was rejected."""
        return not self.rejected

    def headline(self) -> str:
        """Return the outcome in one sentence."""
        if self.sample is None:
            return f"{self.mapping} is a mapping of {self.exchange}"
        bad = sum(one.lines for one in self.rejected)
        text = f"{self.rows:,} rows from {self.lines:,} lines by {self.mapping}, read {_PATHS[self.path]}"
        return f"{text}; {bad:,} rejected" if bad else text

    def grids(self) -> tuple[Grid, ...]:
        """Return what was rejected, what has no name in the mapping, and the first rows."""
        rejected = tuple((one.rule, one.lines, str(one.first), one.excerpt) for one in self.rejected)
        drift = ((", ".join(self.drift), self.paste),) if self.drift else ()
        columns = () if self.sample is not None else self.columns
        return (
            Grid(title="rejected", columns=("rule", "lines", "first", "that line"), rows=rejected),
            Grid(title="fields no column names", columns=("fields", "to leave them out"), rows=drift),
            Grid(title="first rows", columns=_SHOWN, rows=self.first_rows),
            Grid(title="", columns=("column", "made of"), rows=columns),
        )


def tried(text: str, source: str, sample: Sample | None) -> Trial:
    """Read a mapping and, if there is a sample, transform it; a wrong mapping is a `ConfigError`."""
    mapping = read_mapping(None, text, source)
    columns = tuple((column.name, _made_of(column)) for column in mapping.columns)
    if mapping.arrays:
        columns += tuple((f"{column.name} of arrays", _made_of(column)) for column in mapping.arrays.columns)
    if sample is None:
        return Trial(mapping=source, exchange=mapping.exchange, columns=columns)
    done = MappingTransformer(mapping, source).transform(sample.lines_of(mapping.exchange))
    table = pa.table(done.rows)
    return Trial(
        mapping=source,
        exchange=mapping.exchange,
        columns=columns,
        sample=sample.path,
        lines=table.num_rows + len(done.rejected),
        rows=table.num_rows,
        path=done.path,
        rejected=_by_rule(done.rejected),
        drift=done.drift,
        paste=MappingTransformer(mapping, source).suggestion(done.drift),
        first_rows=tuple(
            tuple(map(str, row.values())) for row in table.select(_SHOWN).slice(0, _ROWS).to_pylist()
        ),
    )


def _by_rule(rejected: Sequence[Rejected]) -> tuple[RejectedLines, ...]:
    found: dict[str, list[Rejected]] = defaultdict(list)
    for one in rejected:
        found[one.rule].append(one)
    return tuple(
        RejectedLines(rule=rule, lines=len(them), first=them[0].line + 1, excerpt=_excerpt(them[0].data))
        for rule, them in sorted(found.items(), key=lambda item: -len(item[1]))
    )


def _excerpt(line: bytes) -> str:
    text = line[: 4 * _EXCERPT].decode("utf-8", "backslashreplace")
    text = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "..."


def _made_of(column: Column) -> str:
    match column.source:
        case Source.PRODUCT:
            text = "what the product is listed as" if column.field == LISTED else "the product's id"
        case Source.CONSTANT:
            text = f"always {column.field}"
        case Source.FIELD:
            text = f"{column.field}: {column.kind}"
    if column.values:
        text += ", " + ", ".join(f"{key} is {value}" for key, value in column.values[:4])
        text += ", ..." if len(column.values) > 4 else ""  # noqa: PLR2004 - an example
    return text if column.default is None else f"{text}, {column.default} if missing"
