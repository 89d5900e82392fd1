"""A page of trades, without a float on the way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from schemahub import Page, lines
from schemahub.bodies import excerpt
from schemahub.errors import IntegrityError, RetryableError

if TYPE_CHECKING:
    from collections.abc import Sequence

READABLE_NS = 1_000
"""Times are printed from floats: with seven digits after the point, of which six are right."""

_FIELDS = 7


class _Reply(msgspec.Struct):
    result: dict[str, msgspec.Raw]


class _Trade(msgspec.Struct, array_like=True):
    price: str
    volume: str
    time: msgspec.Raw
    side: str
    kind: str
    misc: str
    trade_id: int


_reply = msgspec.json.Decoder(_Reply)
_trades = msgspec.json.Decoder(list[_Trade])


def parse_trades(body: bytes, product: str) -> Page:
    """Read a reply of `/0/public/Trades`; the pair's name in it is Kraken's own, whatever was asked for.

    Rows without an id, as they were until 2023, are an `IntegrityError`: nothing could be proved of them.
    """
    try:
        result = _reply.decode(body).result
        token = bytes(result.pop("last")).strip(b'" ').decode("ascii")
        (rows,) = result.values()
        exact_ns = int(token)
    except (msgspec.DecodeError, KeyError, ValueError) as error:
        msg = "the page makes no sense"
        raise RetryableError(msg, where=product, expected="trades and last", found=excerpt(body)) from error
    elements = lines(bytes(rows))
    try:
        trades = _trades.decode(bytes(rows))
        times = [_time_ns(trade.time) for trade in trades]
    except (msgspec.DecodeError, ArithmeticError, ValueError) as error:
        raise _what_is_wrong(elements, product) from error
    if not trades:
        return Page(positions=(), lines=(), next_token=token)
    times = _with_exact_end(times, exact_ns, product)
    return Page(
        positions=[trade.trade_id for trade in trades],
        lines=elements,
        first_time_ns=times[0],
        last_time_ns=times[-1],
        times_ns=times,
        next_token=token,
    )


def _time_ns(raw: msgspec.Raw) -> int:
    return int(Decimal(bytes(raw).decode("ascii")).scaleb(9))


def _with_exact_end(times: list[int], exact_ns: int, product: str) -> list[int]:
    """Put the exact time that `last` gives in place of what is printed for the last trade and its equals."""
    if exact_ns + READABLE_NS < times[-1]:
        msg = "the token leads to before the page's own end"
        found = str(exact_ns)
        raise RetryableError(msg, where=product, expected=f"{times[-1]} or later", found=found)
    if exact_ns > times[-1] + READABLE_NS:
        return times
    printed, at = times[-1], len(times)
    while at > 0 and times[at - 1] == printed:
        at -= 1
    return [*(min(time_ns, exact_ns) for time_ns in times[:at]), *[exact_ns] * (len(times) - at)]


def _what_is_wrong(rows: Sequence[bytes], product: str) -> IntegrityError | RetryableError:
    for row in rows:
        try:
            fields = msgspec.json.decode(row, type=list[msgspec.Raw])
        except msgspec.DecodeError:
            break
        if len(fields) < _FIELDS:
            msg = "trades without ids: they are from a time that cannot be proved complete"
            expected = f"{_FIELDS} fields, the last of them the id"
            found = f"{len(fields)}: {excerpt(row)}"
            return IntegrityError(msg, where=product, expected=expected, found=found)
    msg = "a trade makes no sense"
    return RetryableError(msg, where=product, found=excerpt(rows[0] if rows else b""))
