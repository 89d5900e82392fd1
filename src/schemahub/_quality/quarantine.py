"""What lies in a stream's quarantine, by position."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, counted, failed, note, ok, ranges
from schemahub.errors import IntegrityError, NotFound
from schemahub.layout import RawName
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.layout import StreamId
    from schemahub.object_store import ObjectStore


@dataclass(slots=True)
class Quarantine:
    """The positions that quarantined lines had in raw, and what is wrong with the objects."""

    objects: int = 0
    positions: SpanSet = field(default_factory=SpanSet)
    faults: list[str] = field(default_factory=list)


def read_quarantine(store: ObjectStore, stream: StreamId) -> Quarantine:
    """Read a stream's quarantine, object after object; one that vanishes meanwhile counts as not there."""
    found = Quarantine()
    for info in store.list(stream.quarantine_prefix):
        try:
            data = store.get(info.key).data
            found.positions |= SpanSet.of_positions(sorted(_positions(stream, info.key, data)))
        except NotFound:
            continue
        except IntegrityError as error:
            found.faults.append(str(error))
        found.objects += 1
    return found


def check_quarantine(found: Quarantine, covered: SpanSet, rows: SpanSet) -> Check:
    """Check that every covered position without a row is in quarantine, line by line (R2).

    Lines of positions that have a row, or are not covered, are leftovers: of a commit that came to
    nothing, or of a mapping that has been mended since. They harm nobody.
    """
    if found.faults:
        return failed("quarantine", "; ".join(found.faults[:3]))
    without = covered - rows
    lost = without - found.positions
    if lost:
        evidence = f"the table covers {ranges(lost)}, with neither a row nor a line in quarantine"
        return failed("quarantine", evidence, "Run: schemahub transform --full")
    left = found.positions - without
    if left:
        evidence = f"lines of earlier runs, no longer of use: {ranges(left)}"
        return note("quarantine", evidence)
    held = f"{counted(len(without), 'line')} of {counted(found.objects, 'object')}"
    return ok("quarantine", f"{held} are the positions without a row")


def _positions(stream: StreamId, key: str, data: bytes) -> Iterator[int]:
    for number, text in enumerate(data.splitlines()):
        try:
            line = json.loads(text)
            name = RawName.parse(str(line["source"]).removeprefix(stream.raw_prefix))
            yield name.first + int(line["line"])
        except (ValueError, KeyError, TypeError, IntegrityError) as error:
            msg = f"a damaged quarantine line: {error!r}"
            raise IntegrityError(msg, where=f"{key}, line {number + 1}") from error
