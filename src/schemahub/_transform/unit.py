"""A part of one commit's inputs: a value that some worker, here or elsewhere, makes files of."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._transform.inputs import digest
from schemahub._transform.parts import read_parts
from schemahub._transform.write import write_files, write_quarantine
from schemahub.events import BatchTransformed
from schemahub.layout import RawName, StreamId
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub._transform.job import TransformJob
    from schemahub._transform.parts import Part
    from schemahub._transform.tally import Known
    from schemahub.table import DataFile, Pending, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Some of a commit's inputs, in their pinned order.

    `base` is the state to write for, without what writing needs not; its `covered` are the positions of the
    unit's streams that count for the table or for earlier units. `digest` is the pin's. `known` is what
    observers were told of already: of a unit that is done elsewhere, a copy.
    """

    base: Snapshot
    keys: tuple[str, ...]
    digest: str
    known: Known

    @property
    def name(self) -> str:
        """Return a digest that no other unit, of whatever pin, has."""
        return digest(self.digest, list(self.keys))

    def __reduce__(self) -> tuple[Callable[..., Unit], tuple[object, ...]]:
        """Bring what is known of its own inputs alone: a pin may have many units, and each is sent."""
        return _arrived, (self.base, self.keys, self.digest, self.known.of(self.keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What one raw object added; `rules` counts its lines in quarantine."""

    key: str
    created_us: int
    positions: SpanSet
    rows: int
    rules: Counter[str] = field(default_factory=Counter)
    drift: tuple[str, ...] = ()
    path: str = ""

    @property
    def stream(self) -> StreamId:
        """Return the stream that the object is of."""
        return StreamId.of_raw_key(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDone:
    """A unit's files, which nobody sees before the commit, and what each object added.

    `failures` are objects and streams left aside, each with the reason; a unit is `whole` if it has all of
    its own inputs.
    """

    name: str
    whole: bool
    files: tuple[DataFile, ...]
    added: tuple[Added, ...]
    failures: dict[str, str]


def _arrived(base: Snapshot, keys: tuple[str, ...], digest: str, known: Known) -> Unit:
    return Unit(base=base, keys=keys, digest=digest, known=known)


def units_of(base: Snapshot, pending: Pending, rows: int, known: Known) -> Iterator[Unit]:
    """Cut the pinned inputs into units of at most `rows` lines, or one object.

    Positions that an earlier unit's names claim are not a later one's. Where such an object turns out to be
    unreadable, they stay uncovered, and the same run's next commit takes them from where else they are.
    """
    slim = dataclasses.replace(base, files=(), quarantined={}, newest_us={}, pending=None, deleting=())
    covered = dict(base.covered)
    for keys in cut(pending.inputs, rows):
        streams = {key: StreamId.of_raw_key(key) for key in keys}
        own = {stream: covered[stream] for stream in streams.values() if stream in covered}
        yield Unit(base=dataclasses.replace(slim, covered=own), keys=keys, digest=pending.digest, known=known)
        for key, stream in streams.items():
            span = _name(stream, key).span
            covered[stream] = covered.get(stream, SpanSet()) | SpanSet((span,))


def do_unit(job: TransformJob, unit: Unit) -> UnitDone:
    """Write a unit's files and quarantine: the same under the same names, whoever does it (R10).

    An object that cannot be read is left aside and stays uncovered; the others go on (R9).
    """
    parts, added = [], []
    for part in read_parts(job, unit.base, unit.keys, unit.known):
        parts.append(part)
        added.append(_added(part))
        tell(job, added[-1], unit.known)
    # What could be read is part of the name: a file without a lost object's rows is another file.
    batch = digest(unit.digest, [part.stored.key for part in parts])
    files = write_files(job, unit.base, parts, batch)
    write_quarantine(job, parts, batch)
    return UnitDone(
        name=unit.name,
        whole=len(parts) == len(unit.keys),
        files=tuple(files),
        added=tuple(added),
        failures=dict(unit.known.failures),
    )


def cut(keys: tuple[str, ...], rows: int) -> Iterator[tuple[str, ...]]:
    """Cut pinned inputs into those of each unit."""
    taken: list[str] = []
    left = rows
    for key in keys:
        count = _name(StreamId.of_raw_key(key), key).count
        if taken and count > left:
            yield tuple(taken)
            taken, left = [], rows
        taken.append(key)
        left -= count
    if taken:
        yield tuple(taken)


def _name(stream: StreamId, key: str) -> RawName:
    return RawName.parse(key.removeprefix(stream.raw_prefix))


def _added(part: Part) -> Added:
    return Added(
        key=part.stored.key,
        created_us=part.stored.name.created_us,
        positions=part.positions,
        rows=part.rows.num_rows,
        rules=Counter(line.rule for line in part.rejected),
        drift=part.drift,
        path=part.path,
    )


def tell(job: TransformJob, one: Added, known: Known) -> None:
    """Tell that an object was read: while the run goes on, and once though it may be read again."""
    if one.key in known.told:
        return
    known.told.add(one.key)
    quarantined = one.rules.total()
    job.emit(BatchTransformed(stream=one.stream, source=one.key, rows=one.rows, quarantined=quarantined))
