"""The lines of a bulk file as blocks, as far as they are wanted, cut on the plan's grid."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from schemahub._ingest.archive_file import Unusable, whole_lines
from schemahub._ingest.blocks import Block, blocks_of
from schemahub._ingest.guards import check_page
from schemahub._parallel import in_order
from schemahub.errors import IntegrityError, PermanentError, RetryableError
from schemahub.events import Emit, PageRead
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from schemahub._clock import Stop
    from schemahub.connector import Connector
    from schemahub.layout import StreamId
    from schemahub.model import ArchiveFile

_AHEAD = 3
"""Pieces unpacked and not yet taken: enough that neither thread idles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveBlocks:
    """Reads one file: unpacked in the caller's thread, parsed in another, since zlib lets go of the lock."""

    stream: StreamId
    connector: Connector
    file: ArchiveFile
    missing: SpanSet
    batch_size: int
    stop: Stop
    emit: Emit

    @contextmanager
    def opened(self, zipped: BinaryIO, parsers: Executor) -> Iterator[Iterator[Block]]:
        """Yield the file's blocks of what is missing, ascending, none of them across a cell's border.

        Reading them raises `Unusable` where the zip is damaged, or a line makes no sense.
        """
        with (
            closing(whole_lines(self.file, zipped)) as pieces,
            closing(in_order(parsers, self._parsed, pieces, _AHEAD)) as parsed,
        ):
            yield self._wanted(parsed)

    def _parsed(self, data: bytes) -> tuple[Block, ...]:
        try:
            page = self.connector.archive_page(self.stream.product, data)
            if not page.positions:
                return ()
            check_page(page, Span(page.positions[0], page.positions[-1]), self.file.request.path)
        # A span that runs backwards is a `ValueError`: the lines do not ascend.
        except (IntegrityError, PermanentError, RetryableError, ValueError) as error:
            msg = f"its lines make no sense: {error}"
            raise Unusable(msg, where=self.file.request.path) from error
        return tuple(blocks_of(page))

    def _wanted(self, parsed: Iterator[tuple[Block, ...]]) -> Iterator[Block]:
        bounds, before = self.missing.bounds(), None
        for blocks in parsed:
            self.stop.check()
            if bounds is None or (before is not None and before > bounds.last):
                return
            for block in blocks:
                self._check_ascends(before, block)
                before = block.span.last
            kept = [part for block in blocks for part in self._parts(block)]
            if kept:
                self.emit(PageRead(stream=self.stream, trades=sum(len(part.span) for part in kept)))
            yield from kept

    def _check_ascends(self, before: int | None, block: Block) -> None:
        if before is not None and block.span.first <= before:
            msg = "its lines do not ascend"
            found = f"{block.span.first} after {before}"
            raise Unusable(msg, where=self.file.request.path, found=found)

    def _parts(self, block: Block) -> Iterator[Block]:
        for span in SpanSet((block.span,)) & self.missing:
            for part in span.cut(self.batch_size):
                yield block.part(part)
