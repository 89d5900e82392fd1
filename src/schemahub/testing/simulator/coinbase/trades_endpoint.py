"""`GET /products/{id}/trades`: which ids a query selects, and the page that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from schemahub.testing.simulator.coinbase.responses import json_response, message
from schemahub.testing.simulator.selection import newest, oldest

if TYPE_CHECKING:
    from schemahub.spans import SpanSet
    from schemahub.testing.simulator.knobs import Knobs
    from schemahub.testing.simulator.responses import SimResponse
    from schemahub.testing.simulator.trade_log import TradeLog


@dataclass(frozen=True, slots=True, kw_only=True)
class TradesQuery:
    """Ids strictly between `before` and `after`, at most `limit` of them."""

    limit: int
    before: int | None = None
    after: int | None = None

    @classmethod
    def parse(cls, query: str, knobs: Knobs) -> TradesQuery:
        """Read a query string, unknown names aside; raise `ValueError` in the exchange's words."""
        values = {name: found[-1] for name, found in parse_qs(query, keep_blank_values=True).items()}
        limit = _whole(values, "limit")
        if limit is None:
            limit = knobs.max_limit
        if limit < 1 or (limit > knobs.max_limit and knobs.over_limit == "reject"):
            raise ValueError(_invalid("limit"))
        return cls(
            limit=min(limit, knobs.max_limit),
            before=_whole(values, "before"),
            after=_whole(values, "after"),
        )


def trades(log: TradeLog, query: str, knobs: Knobs, *, short: bool = False) -> SimResponse:
    """Answer with a page, newest first, and its cursors; a short one has half the rows asked for."""
    try:
        asked = TradesQuery.parse(query, knobs)
    except ValueError as error:
        return message(400, str(error))
    limit = max(1, asked.limit // 2) if short else asked.limit
    ids = select(log, asked, limit, adjacent=knobs.before_mode == "adjacent")
    return json_response(200, log.page(ids), _cursors(ids, asked, always=knobs.cursors_on_empty))


def select(log: TradeLog, asked: TradesQuery, limit: int, *, adjacent: bool) -> SpanSet:
    """Return the ids of a page: the newest of the selection, but for `adjacent` with `before` alone."""
    first = log.first if asked.before is None else asked.before + 1
    last = log.last if asked.after is None else asked.after - 1
    present = log.present(first, last)
    if adjacent and asked.before is not None and asked.after is None:
        return oldest(present, limit)
    return newest(present, limit)


def _cursors(ids: SpanSet, asked: TradesQuery, *, always: bool) -> dict[str, str]:
    bounds = ids.bounds()
    if bounds:
        return {"cb-before": str(bounds.last), "cb-after": str(bounds.first)}
    return {"cb-before": str(asked.before or 0), "cb-after": str(asked.after or 0)} if always else {}


def _whole(values: dict[str, str], name: str) -> int | None:
    text = values.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise ValueError(_invalid(name))
    return int(text)


def _invalid(name: str) -> str:
    return f'Invalid value for "{name}"'
