"""The transformer that a mapping file drives."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError
from schemahub.transformer import Transformed, Transformer
from schemahub_mapping.parse_block import parse_block
from schemahub_mapping.parse_fixed import parse_fixed
from schemahub_mapping.parse_lines import parse_lines
from schemahub_mapping.parse_shape import parse_shape
from schemahub_mapping.paste import ignore_line
from schemahub_mapping.raw_lines import lines_at
from schemahub_mapping.reading import read_mapping
from schemahub_mapping.rows import assemble, merged, with_rejected, without_faults
from schemahub_mapping.spec import LISTED, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub.transformer import RawLines
    from schemahub_mapping.raw_fields import RawFields
    from schemahub_mapping.spec import Mapping

    Parse = Callable[[RawLines, Mapping], RawFields | None]

_WAYS = (("fixed", parse_fixed), ("shape", parse_shape))
"""Ways that leave odd lines to the next; the last two take whatever comes."""


class MappingTransformer(Transformer):
    """Makes unified rows as a mapping says; whole batches at a time.

    Decimal text goes to the nearest double; times are cut to microseconds. A line that no row can be made
    of is rejected with the first rule it breaks; the others are not touched by it (R2).

    There are four ways to read a batch, each of them right for fewer assumptions and slower than the one
    before: values at fixed places, lines of one shape, one block of JSON, line by line. The rows are the
    same whichever is taken; `Transformed.path` names it.
    """

    def __init__(self, mapping: Mapping, source: str = "") -> None:
        """Keep the mapping, and where it came from for messages."""
        self._mapping = mapping
        self._source = source
        self._digest = mapping.digest  # asked for with each object

    @classmethod
    def open(cls, exchange: str, mapping: str, source: str) -> MappingTransformer:
        """Build from a mapping's text; a mistake is a `ConfigError` with `source`, line and field."""
        return cls(read_mapping(exchange, mapping, source), source)

    @property
    def digest(self) -> str:
        """Return a digest of what the mapping means and of the rules here."""
        return self._digest

    @property
    def uses_symbols(self) -> bool:
        """Tell whether the mapping takes what a product is listed as."""
        return self._mapping.uses_symbols

    def suggestion(self, drift: Sequence[str]) -> str:
        """Return the mapping's line `ignore`, with these fields added to those it has.

        Indexes belong under `arrays`, where there is such a section.
        """
        arrays = self._mapping.arrays
        places = [name for name in drift if arrays is not None and name.isdecimal()]
        names = [name for name in drift if name not in places]
        lines = [ignore_line(self._mapping, names)] if names else []
        if arrays is not None and places:
            lines.append(f"arrays: {{{ignore_line(arrays, places)}, ...}}")
        return "; ".join(lines)

    def transform(self, batch: RawLines) -> Transformed:
        """Transform one batch; a bad line costs that line.

        `ConfigError` if the mapping lists products and the batch's is not among them, or if it takes what
        the product is listed as, and nobody knows.
        """
        mapping = self._mapping.of(batch.data)
        self._check_product(batch, mapping)
        return self._by(batch, _WAYS, mapping)

    def _by(
        self, batch: RawLines, ways: Sequence[tuple[str, Parse]], mapping: Mapping | None = None
    ) -> Transformed:
        """Take the first way that most lines can go; what it leaves goes on to the next."""
        mapping = mapping or self._mapping.of(batch.data)
        for number, (path, parse) in enumerate(ways, 1):
            fields = parse(batch, mapping)
            if fields is None:
                continue
            made = assemble(mapping, fields, batch)
            good = without_faults(made, fields)
            if not good.left:
                return Transformed(rows=made.table, lines=good.lines, drift=fields.drift, path=path)
            # Whatever is wrong with these lines, the last ways are the ones to say so.
            rest = b"".join(line + b"\n" for line in lines_at(batch.data, good.left))
            return merged(good, self._by(dataclasses.replace(batch, data=rest), ways[number:], mapping), path)
        fields, path = parse_block(batch.data, mapping), "block"
        if fields is None:
            fields, path = parse_lines(batch.data, mapping), "lines"
        return with_rejected(assemble(mapping, fields, batch), fields, batch.data, path)

    def _check_product(self, batch: RawLines, mapping: Mapping) -> None:
        """Refuse a product without a symbol: its trades had better wait in raw."""
        product = batch.stream.product
        for column in mapping.columns:
            if column.source is not Source.PRODUCT or column.of_product(product, batch.symbol) is not None:
                continue
            line = f"{column.name}'s map in the mapping: {product}: BASE-QUOTE"
            if column.field == LISTED:
                msg = "the lake does not know what the product is"
                hint = f"Run `schemahub update-seed --exchange {batch.stream.exchange}`"
                hint += f"; if it is listed no longer, add a line to {line}"
            else:
                msg, hint = f"the map of {column.name} does not name the product", f"Add a line to {line}"
            raise ConfigError(msg, where=self._source, found=product, hint=hint)
