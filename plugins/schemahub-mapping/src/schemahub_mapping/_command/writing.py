"""`schemahub mapping suggest`: lines of a mapping, written from a sample."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError
from schemahub.results import Grid, Result
from schemahub_mapping._command.guess import entry, guess
from schemahub_mapping._command.seen import fields_of
from schemahub_mapping.paste import ignore_line, yaml_of
from schemahub_mapping.raw_lines import are_arrays
from schemahub_mapping.reading import read_mapping
from schemahub_mapping.spec import MAPPING_SCHEMA, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub_mapping._command.files import Sample
    from schemahub_mapping._command.seen import Seen
    from schemahub_mapping.spec import Mapping

_GUESSED = ("trade_id", "side", "price", "quantity", "trade_ts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Result):
    """Lines to paste into a mapping; `whole` if they are one."""

    mapping: str
    fields: tuple[str, ...]
    lines: tuple[str, ...]
    whole: bool = False

    @property
    def complete(self) -> bool:
        """Tell that it is done."""
        return True

    def headline(self) -> str:
        """Return what the lines are."""
        if self.whole:
            return f"a mapping to start from; then `schemahub mapping check {self.mapping} --sample RAW`"
        if not self.fields:
            return f"{self.mapping} names every field of the sample"
        return f"{self.mapping} does not name {', '.join(self.fields)}; to paste into it:"

    def grids(self) -> tuple[Grid, ...]:
        """Return the lines."""
        return (Grid(title="", columns=("to paste",), rows=tuple((line,) for line in self.lines)),)


def suggested(text: str, source: str, sample: Sample) -> Suggestion:
    """Write lines for the fields that a mapping does not name; a whole mapping where `text` holds none.

    `ConfigError` if the mapping is wrong, or no line of the sample is a JSON object or array.
    """
    seen = fields_of(sample.data)
    if not seen:
        msg = "no line of the sample is a JSON object or array with fields"
        raise ConfigError(msg, where=sample.path)
    if _is_blank(text):
        lines = tuple(_whole(seen, _exchange_of(source, sample)))
        return Suggestion(mapping=source, fields=_names(seen), lines=lines, whole=True)
    mapping = read_mapping(None, text, source)
    if _lacks_arrays(mapping, sample):
        return Suggestion(mapping=source, fields=_names(seen), lines=tuple(_arrays(seen)))
    mapping = mapping.of(sample.data)
    unnamed = set(mapping.unnamed(one.field for one in seen))
    news = [one for one in seen if str(one.field) in unnamed]
    return Suggestion(mapping=source, fields=_names(news), lines=tuple(_more(mapping, news)))


def _lacks_arrays(mapping: Mapping, sample: Sample) -> bool:
    by_name = not any(isinstance(field, int) for field in mapping.fields)
    return by_name and mapping.arrays is None and are_arrays(sample.data)


def _arrays(seen: Sequence[Seen]) -> Iterator[str]:
    """Write the section of a mapping that has names alone, for rows that are arrays."""
    likely = guess(seen)
    yield "arrays:"
    yield from (f"  {line}" for line in _ignored(seen, likely))
    yield "  columns:"
    yield from (f"  {line}" for line in _columns(likely))


def _more(mapping: Mapping, news: Sequence[Seen]) -> Iterator[str]:
    """Say what each field could be, and how to leave all of them out."""
    if not news:
        return
    likely = guess(news)
    yield ignore_line(mapping, _names(news))
    yield "# or, under columns:"
    for one in news:
        columns = [name for name, chosen in likely.items() if chosen is one]
        columns += [name for name in _GUESSED if name not in columns and entry(name, one)]
        yield from (f"#   {name}: {entry(name, one)}" for name in columns[:1])
        if not columns:
            yield f"#   {yaml_of(one.field)} looks like no column's value ({_examples(one)})"


def _whole(seen: Sequence[Seen], exchange: str) -> Iterator[str]:
    likely = guess(seen)
    yield from (f"exchange: {exchange}", "stream: trades", f"version: {MAPPING_SCHEMA}")
    yield from _ignored(seen, likely)
    yield "columns:"
    yield "  # Right where the product's id is BASE-QUOTE already; if not, add map: {BTCUSDT: BTC-USDT, ...}"
    yield "  symbol: {product: true}"
    yield from _columns(likely)


def _ignored(seen: Sequence[Seen], likely: dict[str, Seen]) -> Iterator[str]:
    unnamed = [one.field for one in seen if one not in likely.values()]
    if unnamed:
        yield f"ignore: [{', '.join(map(yaml_of, unnamed))}]"


def _columns(likely: dict[str, Seen]) -> Iterator[str]:
    for name in (name for name in TYPES if name in _GUESSED):
        if name == "side":
            yield "  # The table holds the taker's side: swap the two if the exchange tells the maker's."
        chosen = likely.get(name)
        if chosen is None:
            yield f"  # {name}: {{from: ?}}  nothing in the sample looks like it"
        else:
            yield f"  {name}: {entry(name, chosen)}"


def _is_blank(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _exchange_of(source: str, sample: Sample) -> str:
    """Return the exchange's name by the sample's folder, or by the mapping's file name."""
    return sample.exchange or yaml_of(Path(source).name.partition(".")[0] or "exchange")


def _names(seen: Sequence[Seen]) -> tuple[str, ...]:
    return tuple(str(one.field) for one in seen)


def _examples(seen: Seen) -> str:
    few = [value if len(value) <= 20 else f"{value[:20]}..." for value in dict.fromkeys(seen.values)]  # noqa: PLR2004 - a glance
    return ", ".join(few[:3]) or "null or nested"
