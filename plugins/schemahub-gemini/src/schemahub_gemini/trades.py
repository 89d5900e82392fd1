"""A page of trades, turned to ascend."""

from __future__ import annotations

import msgspec

from schemahub import Page, lines
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError

_MILLISECOND = 1_000_000


class _Trade(msgspec.Struct):
    tid: int
    timestamp: int
    timestampms: int | None = None

    @property
    def time_ns(self) -> int:
        """Return the time; the oldest recordings have whole seconds only."""
        milliseconds = self.timestamp * 1_000 if self.timestampms is None else self.timestampms
        return milliseconds * _MILLISECOND


_trades = msgspec.json.Decoder(list[_Trade])


def parse_trades(body: bytes, product: str, token: str | None = None) -> Page:
    """Read a reply of `/v1/trades/{symbol}`, newest first on the wire.

    It is followed from its newest trade on; where it has none, from `token` again.
    """
    rows = lines(body)
    try:
        trades = _trades.decode(body)
    except msgspec.DecodeError as error:
        msg = "a trade makes no sense"
        raise RetryableError(msg, where=product, found=excerpt(rows[0] if rows else body)) from error
    if not trades:
        return Page(positions=(), lines=(), next_token=token)
    order = sorted(range(len(trades)), key=lambda at: trades[at].tid)
    times = [trades[at].time_ns for at in order]
    return Page(
        positions=[trades[at].tid for at in order],
        lines=[rows[at] for at in order],
        first_time_ns=times[0],
        last_time_ns=times[-1],
        times_ns=times,
        next_token=str(trades[order[-1]].tid),
    )
