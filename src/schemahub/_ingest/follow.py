"""Fetch a plan along a chain: pages one after another, one cell uploaded while the next is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._ingest.cells import cut_cells
from schemahub._parallel import threads_for
from schemahub.model import Ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from schemahub._ingest.cells import Cell
    from schemahub._ingest.chain import Chain
    from schemahub._ingest.uploads import Uploader
    from schemahub.checkpoint import Checkpoint, Plan, TokenMark
    from schemahub.spans import SpanSet


def follow_plan(  # noqa: PLR0913 - the parts that work together here
    plan: Plan, known: Checkpoint, missing: SpanSet, chain: Chain, uploader: Uploader, *, threads: int
) -> None:
    """Fetch and store what a plan lacks; what is stored of it is a prefix, whenever this ends.

    With one thread everything happens in the caller's.
    """
    with threads_for(min(threads, 2), "upload") as uploads:
        last: Future[bool] | None = None
        for cell in _cells(plan, known, missing, chain):
            if last is not None and not last.result():
                return
            last = uploads.submit(uploader.store, plan, cell)
        if last is not None:
            last.result()


def _cells(plan: Plan, known: Checkpoint, missing: SpanSet, chain: Chain) -> Iterator[Cell]:
    for span in missing:
        links = chain.links(span, _token(known.tokens, span.first))
        yield from cut_cells(links, plan.batch_size, dense=known.ids is Ids.DENSE)


def _token(marks: Sequence[TokenMark], first: int) -> str | None:
    return next((mark.token for mark in marks if mark.position == first - 1), None)
