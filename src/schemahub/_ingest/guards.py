"""What a page must be before anything of it is believed."""

from __future__ import annotations

from itertools import islice, pairwise
from operator import lt
from typing import TYPE_CHECKING

from schemahub.errors import RetryableError

if TYPE_CHECKING:
    from schemahub.model import Page
    from schemahub.spans import Span


def check_page(page: Page, asked: Span, where: str) -> None:
    """Refuse a page that does not answer what was asked: besides, its positions lie inside `asked`."""
    check_order(page, where)
    positions = page.positions
    if positions and (positions[0] < asked.first or positions[-1] > asked.last):
        found = f"{positions[0]}..{positions[-1]}"
        msg = "the page answers another question"
        raise RetryableError(msg, where=where, expected=str(asked), found=found)


def check_order(page: Page, where: str) -> None:
    """Refuse a page whose positions do not ascend strictly, or have not one line each: `RetryableError`.

    Caches do hand out odd pages, so it is asked for again before anybody despairs.
    """
    positions = page.positions
    if len(page.lines) != len(positions):
        msg = "a page has not one line for each position"
        raise RetryableError(msg, where=where, expected=str(len(positions)), found=str(len(page.lines)))
    if not all(map(lt, positions, islice(positions, 1, None))):
        at = next(f"{b} after {a}" for a, b in pairwise(positions) if a >= b)
        msg = "positions do not ascend"
        raise RetryableError(msg, where=where, expected="each above the one before", found=at)
