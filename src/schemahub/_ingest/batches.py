"""From blocks to batches: immutable objects whose key is a function of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.codec import compressor
from schemahub.layout import RawName, batch_uuid
from schemahub.raw_sink import RawBatch
from schemahub.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemahub._ingest.blocks import Block
    from schemahub.layout import StreamId


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What names depend on: a plan, or a gap for its repairs."""

    id: str
    created_us: int
    codec: str


def cut_batches(stream: StreamId, origin: Origin, blocks: Iterable[Block]) -> Iterator[RawBatch]:
    """Make one batch of each run of blocks that touch: no batch spans a hole.

    So for dense ids `last - first + 1 == count` in every name, and a listing alone proves what is there.
    """
    run: list[Block] = []
    for block in blocks:
        if run and block.span.first != run[-1].span.last + 1:
            yield _batch(stream, origin, run)
            run = []
        run.append(block)
    if run:
        yield _batch(stream, origin, run)


def _batch(stream: StreamId, origin: Origin, run: list[Block]) -> RawBatch:
    span = Span(run[0].span.first, run[-1].span.last)
    packer = compressor(origin.codec, sum(len(block.data) for block in run))
    data = b"".join([*(packer.compress(block.data) for block in run), packer.flush()])
    name = RawName(
        created_us=origin.created_us,
        uuid=batch_uuid(origin.id, span.first, span.last),
        first=span.first,
        last=span.last,
        count=sum(block.count for block in run),
        codec=origin.codec,
    )
    return RawBatch(stream=stream, name=name, data=data)
