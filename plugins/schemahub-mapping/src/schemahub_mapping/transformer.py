"""The transformer that a mapping file drives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from schemahub.transformer import UNIFIED_COLUMNS, RawLines, Rejected, Transformed, Transformer
from schemahub_mapping.casts import TIME
from schemahub_mapping.columns import make
from schemahub_mapping.parse_block import parse_block
from schemahub_mapping.parse_lines import parse_lines
from schemahub_mapping.raw_fields import split_lines
from schemahub_mapping.reading import read_mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub_mapping.columns import Fault
    from schemahub_mapping.raw_fields import RawFields
    from schemahub_mapping.spec import Mapping

_NAMES = [name for name, _ in UNIFIED_COLUMNS]


class MappingTransformer(Transformer):
    """Makes unified rows as a mapping says; whole batches at a time.

    Decimal text goes to the nearest double; times are cut to microseconds. A line that no row can be made
    of is rejected with the first rule it breaks; the others are not touched by it (R2).
    """

    def __init__(self, mapping: Mapping) -> None:
        """Keep the mapping."""
        self._mapping = mapping

    @classmethod
    def open(cls, exchange: str, mapping: str, source: str) -> MappingTransformer:
        """Build from a mapping's text; a mistake is a `ConfigError` with `source`, line and field."""
        return cls(read_mapping(exchange, mapping, source))

    @property
    def digest(self) -> str:
        """Return a digest of what the mapping means and of the rules here."""
        return self._mapping.digest

    def transform(self, batch: RawLines) -> Transformed:
        """Transform one batch; a bad line costs that line."""
        fields = parse_block(batch.data, self._mapping) or parse_lines(batch.data, self._mapping)
        made = {column.name: make(column, fields, batch.stream.product) for column in self._mapping.columns}
        columns: dict[str, Any] = {name: column.values for name, column in made.items()}
        columns["ingest_ts"] = pa.repeat(pa.scalar(batch.ingest_us, TIME), len(fields.lines))
        rows = pa.table({name: columns[name] for name in _NAMES})
        rules = _first_rules([fault for column in made.values() for fault in column.faults])
        if not rules and not fields.rejected:
            return Transformed(rows=rows, lines=fields.lines, drift=fields.drift)
        return _without(rows, fields, rules, split_lines(batch.data))


def _first_rules(faults: Sequence[Fault]) -> dict[int, str]:
    """Return, for each row that breaks rules, the first of them."""
    rules: dict[int, str] = {}
    for fault in faults:
        for row in pc.indices_nonzero(fault.broken).to_pylist():
            rules.setdefault(row, fault.rule)
    return rules


def _without(rows: pa.Table, fields: RawFields, rules: dict[int, str], lines: list[bytes]) -> Transformed:
    """Leave out the rows that break a rule."""
    kept = [row for row in range(rows.num_rows) if row not in rules]
    broken = (
        Rejected(line=fields.lines[row], rule=rule, data=lines[fields.lines[row]])
        for row, rule in rules.items()
    )
    return Transformed(
        rows=rows.take(pa.array(kept, pa.int64())),
        lines=[fields.lines[row] for row in kept],
        rejected=tuple(sorted((*fields.rejected, *broken), key=lambda one: one.line)),
        drift=fields.drift,
    )
