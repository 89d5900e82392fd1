"""A window of trades, turned to ascend."""

from __future__ import annotations

import msgspec

from schemahub import Page, lines
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError

_SECOND = 1_000_000_000


class _Trade(msgspec.Struct):
    # Texts, and in the oldest recordings a number.
    tid: int | str
    date: int | str


_trades = msgspec.json.Decoder(list[_Trade])


def parse_trades(body: bytes, product: str) -> Page:
    """Read a reply of `/api/v2/transactions/{pair}/`, newest first on the wire.

    Trades that share a second are in the order of their ids.
    """
    rows = lines(body)
    try:
        trades = sorted(
            (int(trade.tid), int(trade.date), at) for at, trade in enumerate(_trades.decode(body))
        )
    except (msgspec.DecodeError, ValueError) as error:
        msg = "a trade makes no sense"
        raise RetryableError(msg, where=product, found=excerpt(rows[0] if rows else body)) from error
    if not trades:
        return Page(positions=(), lines=())
    times = [date * _SECOND for _, date, _ in trades]
    return Page(
        positions=[tid for tid, _, _ in trades],
        lines=[rows[at] for _, _, at in trades],
        first_time_ns=times[0],
        last_time_ns=times[-1],
        times_ns=times,
    )
