"""Under which exchange and symbol the table keeps a stream's rows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from schemahub.codec import damage
from schemahub.errors import SchemahubError
from schemahub.transformer import RawLines, Transformer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from schemahub._quality.raw_names import Listing
    from schemahub.layout import StreamId
    from schemahub.raw_sink import RawObject, RawSink
    from schemahub.table import DataFile, Snapshot

Identity = tuple[str, str]
"""What the columns `exchange` and `symbol` say, such as `("COINBASE", "BTC-USD")`."""

TransformerFor = Callable[[str], Transformer]
"""Returns the transformer of an exchange; `ConfigError` if there is none."""

_OBJECTS = 3
_LINES = 100


def identities(snapshot: Snapshot) -> set[Identity]:
    """Return all that the table has rows of, by its manifest."""
    return {(part.exchange, part.symbol) for file in snapshot.files for part in file.symbols}


def identity_of(
    raw: RawSink,
    stream: StreamId,
    listing: Listing,
    transformer_for: TransformerFor,
    known: Collection[Identity],
) -> Identity:
    """Return what the stream's rows are called: as the exchange calls the product, or as the mapping does."""
    plain = (stream.exchange.upper(), stream.product)
    if plain in known or not known:
        return plain
    for stored in listing.objects[:_OBJECTS]:
        found = _sample(raw, stored, transformer_for)
        if found:
            return found
    return plain


def _sample(raw: RawSink, stored: RawObject, transformer_for: TransformerFor) -> Identity | None:
    import pyarrow as pa

    try:
        with raw.open(stored) as stream:
            data = b"".join(islice(stream, _LINES))
        batch = RawLines(stream=stored.stream, source=stored.key, ingest_us=stored.name.created_us, data=data)
        rows = pa.table(transformer_for(stored.stream.exchange).transform(batch).rows)
    # What is wrong with the object or the mapping is another check's to tell.
    except SchemahubError:
        return None
    except damage():
        return None
    return (rows["exchange"][0].as_py(), rows["symbol"][0].as_py()) if rows.num_rows else None


def files_with(wanted: Collection[Identity] | None, files: Iterable[DataFile]) -> list[DataFile]:
    """Return the files that hold a wanted symbol; all, if every one is wanted."""
    return [file for file in files if wanted is None or not set(wanted).isdisjoint(symbols_of(file))]


def symbols_of(file: DataFile) -> list[Identity]:
    """Return the symbols that a file holds, by the manifest."""
    return [(part.exchange, part.symbol) for part in file.symbols]
