"""Fetch a plan: pages in parallel, cells in order, one uploaded while the next is fetched."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from schemahub._ingest.cells import Cell, plan_cells
from schemahub._parallel import in_order, threads_for
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from schemahub._ingest.blocks import Block
    from schemahub._ingest.pages import PageReader
    from schemahub._ingest.uploads import Uploader
    from schemahub.checkpoint import Plan

_AHEAD = 2
"""Pages started and not yet taken, per thread: enough that none idles, few enough to bound memory."""


def fetch_plan(  # noqa: PLR0913 - the parts that work together here
    plan: Plan,
    missing: SpanSet,
    reader: PageReader,
    uploader: Uploader,
    *,
    page_limit: int,
    threads: int,
) -> None:
    """Fetch and store what a plan lacks.

    With one thread everything happens in the caller's, one after another. When anything fails, pages
    under way are waited for and dropped, an upload under way is finished (what is fetched need not be
    lost), and what is stored of the plan is a prefix of it.
    """
    todo = plan_cells(plan, missing)
    pages = (piece for _, lacking in todo for span in lacking for piece in _pieces(span, page_limit))
    with (
        threads_for(threads, "page") as readers,
        threads_for(min(threads, 2), "upload") as uploads,
        closing(in_order(readers, reader.read, pages, ahead=_AHEAD * threads)) as reads,
    ):
        last: Future[bool] | None = None
        for _, lacking in todo:
            blocks: list[Block] = []
            holes = SpanSet()
            left = len(lacking)
            while left:
                read = next(reads)
                blocks += read.blocks
                holes |= read.holes
                left -= len(read.span)
            if last is not None and not last.result():
                return
            last = uploads.submit(uploader.store, plan, Cell(blocks=tuple(blocks), holes=holes))
        if last is not None:
            last.result()


def _pieces(span: Span, page_limit: int) -> Iterator[Span]:
    for first in range(span.first, span.last + 1, page_limit):
        yield Span(first, min(span.last, first + page_limit - 1))
