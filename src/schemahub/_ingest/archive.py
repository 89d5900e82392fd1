"""Backfill from an exchange's bulk files, and go on by pages where that does not work.

The rule that keeps two sources apart: a plan has one source. What a file lacks of an archive plan stays
uncovered when the file ends; the plan is let go, and the next plan reads it by pages: only what pages lack
too becomes a gap. Where a file cannot be used, the plan itself is turned into one that is read by pages,
under the same id and on the same grid (see `plan.by_pages`).
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from schemahub._ingest.archive_blocks import ArchiveBlocks
from schemahub._ingest.archive_file import Unusable, brought
from schemahub._ingest.cells import Cell
from schemahub._ingest.plan import ARCHIVE, REST, Piece, by_pages, without_plan
from schemahub._parallel import threads_for
from schemahub.errors import PermanentError
from schemahub.events import ArchiveGivenUp, Emit
from schemahub.model import Ids
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import BinaryIO

    from schemahub._clock import Stop
    from schemahub._ingest.archive_file import Downloader
    from schemahub._ingest.asking import Asking
    from schemahub._ingest.ledger import Ledger
    from schemahub._ingest.uploads import Uploader
    from schemahub.checkpoint import Checkpoint, Plan
    from schemahub.connector import Connector
    from schemahub.model import ArchiveFile
    from schemahub.settings import IngestSettings

_LEAST_PAGES = 10
"""Fewer pages than this are read sooner than a file is found and brought."""


class Archive:
    """The bulk files of one stream, for one run."""

    def __init__(  # noqa: PLR0913 - the parts that work together here
        self,
        connector: Connector,
        asking: Asking,
        files: Downloader | None,
        *,
        ledger: Ledger,
        uploader: Uploader,
        settings: IngestSettings,
        stop: Stop,
        emit: Emit,
    ) -> None:
        """Keep the parts; `files` is None where no bulk files are to be read."""
        self._connector = connector
        self._asking = asking
        self._files = files
        self._ledger = ledger
        self._uploader = uploader
        self._settings = settings
        self._stop = stop
        self._emit = emit
        self._stream = ledger.stream
        self._spent = SpanSet()
        """What this run does not look for in files: they were read, or could not be used."""

    def offer(self, known: Checkpoint, wanted: SpanSet) -> Piece | None:
        """Return what to fetch next, and where from; None if nothing is missing."""
        missing = wanted - known.accounted
        if known.plan is not None or not missing:
            return None
        first = missing.spans[0]
        spent = next((span for span in self._spent if first.first in span), None)
        if spent is not None:
            return Piece(span=spent, source=REST)
        if self._worth(first):
            try:
                file = self._asked(first)
            except PermanentError as error:
                self._refuse(first, error)
            else:
                span = file.span.clip(first) if file else None
                if span is not None:
                    return Piece(span=span, source=ARCHIVE)
        return Piece(span=first, source=REST)

    def fetch(self, plan: Plan, missing: SpanSet) -> bool:
        """Store what the plan's file holds of what is missing; return whether the file could be used.

        A kill leaves a prefix; whoever resumes asks for the file of the same span again. Nothing that is
        wrong with a file, or its host, ends a run: an event says so, and pages take its place.
        """
        try:
            file = self._brought_and_stored(plan, missing)
        except Unusable as error:
            self._refuse(plan.span, error)
            self._ledger.update(lambda known: by_pages(known, plan, self._settings))
            return False
        self._spent |= SpanSet(tuple(filter(None, [file.span.clip(plan.span)])))
        self._ledger.update(lambda known: without_plan(known, plan))
        return True

    def _worth(self, span: Span) -> bool:
        usable = self._files is not None and self._connector.ids is Ids.DENSE
        return usable and len(span) >= _LEAST_PAGES * self._connector.page_limit

    def _asked(self, span: Span) -> ArchiveFile | None:
        return self._asking.value(lambda: self._connector.archive(self._stream.product, span))

    def _brought_and_stored(self, plan: Plan, missing: SpanSet) -> ArchiveFile:
        if self._files is None:
            msg = "the settings name no address of bulk files"
            raise Unusable(msg, where=f"{self._stream} {plan.span}", expected="archive_url")
        with brought(self._files, lambda: self._found(plan)) as (file, zipped):
            self._store(plan, missing, file, zipped)
        return file

    def _found(self, plan: Plan) -> ArchiveFile:
        try:
            file = self._asked(plan.span)
        except PermanentError as error:
            raise Unusable(str(error)) from error
        if file is None:
            msg = "there is no bulk file any more"
            raise Unusable(msg, where=f"{self._stream} {plan.span}")
        return file

    def _refuse(self, span: Span, error: PermanentError) -> None:
        self._spent |= SpanSet((span,))
        self._emit(ArchiveGivenUp(stream=self._stream, span=span, reason=str(error)))

    def _store(self, plan: Plan, missing: SpanSet, file: ArchiveFile, zipped: BinaryIO) -> None:
        threads = min(self._settings.chunk_concurrency, 2)
        reading = ArchiveBlocks(
            stream=self._stream,
            connector=self._connector,
            file=file,
            missing=missing,
            batch_size=plan.batch_size,
            stop=self._stop,
            emit=self._emit,
        )
        with (
            threads_for(threads, "archive") as parsers,
            threads_for(threads, "upload") as uploads,
            reading.opened(zipped, parsers) as blocks,
        ):
            last: Future[bool] | None = None
            for _, cell in groupby(blocks, lambda block: block.span.first // plan.batch_size):
                if last is not None and not last.result():
                    return
                last = uploads.submit(self._uploader.store, plan, Cell(blocks=tuple(cell)))
            if last is not None:
                last.result()
