"""The requests of this exchange, and finding a trade by its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from schemahub import Request
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError, StalledError
from schemahub_binance.config import AGGREGATES, TRADES
from schemahub_binance.products import check_symbol
from schemahub_binance.rows import time_ns

if TYPE_CHECKING:
    from schemahub import Steps

PAGE = 1000
_NS_PER_MS = 1_000_000
_MICROSECONDS = {"X-MBX-TIME-UNIT": "MICROSECOND"}
"""Without this header times are cut to milliseconds."""


class _Aggregate(msgspec.Struct):
    f: int  # the first trade in it
    T: int


_aggregates = msgspec.json.Decoder(list[_Aggregate])


def trades_from(product: str, trade_id: int | None, limit: int = PAGE) -> Request:
    """Ask for the trades from an id on, ascending; without one, for the newest."""
    params = {"symbol": check_symbol(product), "limit": str(limit)}
    if trade_id is not None:
        params["fromId"] = str(trade_id)
    return Request(path="/api/v3/historicalTrades", params=params, headers=_MICROSECONDS, endpoint=TRADES)


def first_id_at(product: str, moment_ns: int) -> Steps[int | None]:
    """Return the id of the first trade that is not older than a moment; None if all are.

    One request: aggregated trades can be asked for by time (to the millisecond, and the bound is
    inclusive), and each names the first trade in it. Some of 2017 name none (-1).
    """
    params = {
        "symbol": check_symbol(product),
        "startTime": str(max(moment_ns, 0) // _NS_PER_MS),
        "limit": str(PAGE),
    }
    response = yield Request(
        path="/api/v3/aggTrades", params=params, headers=_MICROSECONDS, endpoint=AGGREGATES
    )
    try:
        found = _aggregates.decode(response.body)
    except msgspec.DecodeError as error:
        msg = "the aggregated trades make no sense"
        raise RetryableError(msg, where=product, found=excerpt(response.body)) from error
    for each in found:
        if each.f >= 0 and time_ns(each.T) >= moment_ns:
            return each.f
    if len(found) < PAGE:
        return None
    msg = "a thousand aggregated trades of one millisecond, none of which is of use"
    raise StalledError(msg, where=product, found=str(moment_ns))
