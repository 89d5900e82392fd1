"""Unified rows out of raw fields, and what becomes of the rows that break a rule."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from schemahub.transformer import UNIFIED_COLUMNS, Rejected, Transformed
from schemahub_mapping.columns import make
from schemahub_mapping.raw_lines import but, lines_at, mask_but
from schemahub_mapping.times import TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.transformer import RawLines
    from schemahub_mapping.columns import Fault
    from schemahub_mapping.raw_fields import RawFields
    from schemahub_mapping.spec import Mapping

_NAMES = [name for name, _ in UNIFIED_COLUMNS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """All rows, and for those that break rules the first of them; a faulty row's values mean nothing."""

    table: pa.Table
    rules: dict[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """The good rows of a batch, the lines they came from, and the lines that are left."""

    table: pa.Table
    lines: Sequence[int]
    left: Sequence[int]
    drift: tuple[str, ...]


def assemble(mapping: Mapping, fields: RawFields, batch: RawLines) -> Assembled:
    """Make every column of every row."""
    made = {column.name: make(column, fields, batch) for column in mapping.columns}
    columns: dict[str, Any] = {name: column.values for name, column in made.items()}
    columns["ingest_ts"] = pa.repeat(pa.scalar(batch.ingest_us, TIME), len(fields.lines))
    table = pa.table({name: columns[name] for name in _NAMES})
    faults = [fault for column in made.values() for fault in column.faults]
    return Assembled(table=table, rules=_first_rules(faults))


def without_faults(made: Assembled, fields: RawFields) -> Good:
    """Leave the faulty rows' lines to another path as well."""
    left = sorted((*fields.left, *(fields.lines[row] for row in made.rules)))
    return Good(table=_good(made), lines=but(fields.lines, made.rules), left=left, drift=fields.drift)


def with_rejected(made: Assembled, fields: RawFields, data: bytes, path: str) -> Transformed:
    """Reject the faulty rows, each with its rule and its line's own bytes."""
    rows = sorted(made.rules)
    raw = lines_at(data, [fields.lines[row] for row in rows])
    broken = (
        Rejected(line=fields.lines[row], rule=made.rules[row], data=line)
        for row, line in zip(rows, raw, strict=True)
    )
    return Transformed(
        rows=_good(made),
        lines=but(fields.lines, made.rules),
        rejected=tuple(sorted((*fields.rejected, *broken), key=lambda one: one.line)),
        drift=fields.drift,
        path=path,
    )


def merged(good: Good, rest: Transformed, path: str) -> Transformed:
    """Put the rows of the lines that were left between the others, in the order of the lines."""
    lines = [*good.lines, *(good.left[line] for line in rest.lines)]
    rejected = tuple(dataclasses.replace(one, line=good.left[one.line]) for one in rest.rejected)
    table = good.table
    if rest.lines:
        both = pa.concat_tables([table, pa.table(rest.rows)]).unify_dictionaries().combine_chunks()
        table = both.take(pc.sort_indices(pa.array(lines, pa.int64())))
    return Transformed(
        rows=table,
        lines=sorted(lines) if rejected else range(len(lines)),
        rejected=rejected,
        drift=tuple(sorted({*good.drift, *rest.drift})),
        path=path,
    )


def _good(made: Assembled) -> pa.Table:
    if not made.rules:
        return made.table
    return made.table.filter(mask_but(made.table.num_rows, made.rules))


def _first_rules(faults: Sequence[Fault]) -> dict[int, str]:
    rules: dict[int, str] = {}
    for fault in faults:
        for row in pc.indices_nonzero(fault.broken).to_pylist():
            rules.setdefault(row, fault.rule)
    return rules
