"""Whether the mapping still fits what an exchange sends: its newest batch is looked at."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, counted, note, ok, warning
from schemahub.codec import damage
from schemahub.errors import ConfigError, IntegrityError, NotFound
from schemahub.layout import RawName
from schemahub.raw_sink import RawObject
from schemahub.transformer import RawLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub._quality.source import Source
    from schemahub.checkpoint import Checkpoint

_LINES = 10_000


def check_drift(source: Source, exchange: str, checkpoints: Iterable[Checkpoint]) -> list[Check]:
    """Transform the first lines of the newest batch that these checkpoints of an exchange name."""
    newest = [found for each in checkpoints if (found := _newest(each))]
    if not newest:
        return [note("drift", "no batch was stored yet")]
    stored = max(newest, key=lambda each: (each.name.created_us, each.key))
    try:
        with source.raw.open(stored) as stream:
            data = b"".join(islice(stream, _LINES))
        transformer = source.transformer_for(exchange)
        batch = RawLines(stream=stored.stream, source=stored.key, ingest_us=stored.name.created_us, data=data)
        done = transformer.transform(batch)
    except (ConfigError, IntegrityError, NotFound) as error:
        return [_unreadable(stored, error)]
    except damage() as error:
        return [_unreadable(stored, error)]
    looked = f"the first {counted(len(done.lines) + len(done.rejected), 'line')} of {stored.key}"
    checks = [_fields(done.drift, looked)]
    if done.rejected:
        bad = f"{counted(len(done.rejected), 'line')} of {looked} make no row: {done.rejected[0].rule}"
        checks.append(warning("rejected", bad, "Mend the mapping, then: schemahub transform --full"))
    return checks


def _unreadable(stored: RawObject, error: Exception) -> Check:
    return warning("drift", f"{stored.key} could not be looked at: {error}", "Run: schemahub verify --deep")


def _fields(drift: tuple[str, ...], looked: str) -> Check:
    if not drift:
        return ok("drift", f"the mapping names every field of {looked}")
    evidence = f"fields that the mapping does not name: {', '.join(drift)}; in {looked}"
    return warning("drift", evidence, "Name them in the mapping, or say there that they are left out.")


def _newest(checkpoint: Checkpoint) -> RawObject | None:
    if checkpoint.newest is None:
        return None
    # The size is unknown here, and nobody asks for it.
    return RawObject(stream=checkpoint.stream, name=RawName.parse(checkpoint.newest), size=0)
