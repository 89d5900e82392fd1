"""What lies in a stream's quarantine, by raw object and line."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, counted, failed, note, ok, ranges
from schemahub.errors import IntegrityError, NotFound
from schemahub.layout import RawName
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub.layout import StreamId
    from schemahub.object_store import ObjectStore
    from schemahub.raw_sink import RawObject


@dataclass(slots=True)
class Quarantine:
    """Which lines of raw objects are held, each once, and what is wrong with the objects that hold them."""

    objects: int = 0
    lines: dict[RawName, SpanSet] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def positions(self) -> SpanSet:
        """Return the positions that the lines had in raw, where ids are consecutive."""
        return SpanSet.of(
            Span(name.first + span.first, name.first + span.last)
            for name, lines in self.lines.items()
            for span in lines
        )

    def of(self, objects: Iterable[RawObject]) -> int:
        """Count the lines of these raw objects."""
        return sum(len(self.lines.get(each.name, SpanSet())) for each in objects)

    def add(self, lines: dict[RawName, list[int]]) -> None:
        """Take in one object's lines."""
        for name, numbers in lines.items():
            self.lines[name] = self.lines.get(name, SpanSet()) | SpanSet.of_positions(sorted(numbers))


def read_quarantine(store: ObjectStore, stream: StreamId) -> Quarantine:
    """Read a stream's quarantine, object after object; one that vanishes meanwhile counts as not there."""
    found = Quarantine()
    for info in store.list(stream.quarantine_prefix):
        try:
            data = store.get(info.key).data
            found.add(_lines(stream, info.key, data))
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


def _lines(stream: StreamId, key: str, data: bytes) -> dict[RawName, list[int]]:
    found: defaultdict[RawName, list[int]] = defaultdict(list)
    for number, text in enumerate(data.splitlines()):
        try:
            line = json.loads(text)
            name = RawName.parse(str(line["source"]).removeprefix(stream.raw_prefix))
            found[name].append(int(line["line"]))
        except (ValueError, KeyError, TypeError, IntegrityError) as error:
            msg = f"a damaged quarantine line: {error!r}"
            raise IntegrityError(msg, where=f"{key}, line {number + 1}") from error
    return found
