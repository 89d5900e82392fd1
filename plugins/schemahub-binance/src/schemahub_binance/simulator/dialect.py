"""How Binance speaks: REST as documented and recorded, and a host of bulk files beside it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from schemahub.testing.simulator import Dialect, Knobs, ProductSpec, html, json_body
from schemahub_binance.config import AGGREGATES, INFO, TRADES, WEIGHT_PER_MINUTE, WEIGHTS
from schemahub_binance.simulator.files import Files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.testing.simulator import Asked, Row, SimResponse, Trade

_MS, _MINUTE = 1_000_000, 60_000_000_000
_MOST_REFUSALS = 5
"""429s after which the next refusal is a ban; documented is only that bans follow."""
_FIRST_BAN, _LONGEST_BAN = 120, 3 * 86_400
_ENDPOINTS = {
    "/api/v3/historicalTrades": TRADES,
    "/api/v3/trades": TRADES,
    "/api/v3/aggTrades": AGGREGATES,
    "/api/v3/exchangeInfo": INFO,
}
_MICROSECONDS = re.compile(rb'("(?:time|T)":\d{13})\d{3}')


class BinanceDialect(Dialect):
    """Ascending rows from an inclusive `fromId`, weights, bans, microseconds on request, bulk files.

    API and files are on one host here; a connector's `base_url` and `archive_url` may be the same. A
    `fromId` that is not served gets the first rows that are. An aggregated trade is numbered like the first
    trade in it. `files` says what is special of the bulk files.
    """

    name: ClassVar[str] = "binance"
    default_products: ClassVar[Sequence[ProductSpec]] = (
        ProductSpec(id="BTCUSDT", base="BTC", quote="USDT", history_seconds=3 * 86_400.0),
        ProductSpec(id="ETHBTC", base="ETH", quote="BTC", price="0.05"),
        ProductSpec(id="USDTTRY", base="USDT", quote="TRY", price="30", trades=2_500, status="BREAK"),
    )
    default_knobs: ClassVar[Knobs] = Knobs(
        max_age_seconds=0, requests_per_second=WEIGHT_PER_MINUTE / 60, burst=WEIGHT_PER_MINUTE
    )

    def __init__(self, knobs: Knobs, products: Sequence[ProductSpec], files: Files | None = None) -> None:
        """Keep what the answers are made from."""
        super().__init__(knobs, products)
        self._files = files or Files()

    def line(self, trade: Trade) -> bytes:
        """Spell a trade as the API does with microseconds."""
        price, size = _padded(trade.price_e8), _padded(trade.size_e8)
        quote = _padded(trade.price_e8 * trade.size_e8 // 10**8)
        maker = "true" if trade.side == "buy" else "false"
        return (
            f'{{"id":{trade.id},"price":"{price}","qty":"{size}","quoteQty":"{quote}",'
            f'"time":{trade.time_ns // 1_000},"isBuyerMaker":{maker},"isBestMatch":true}}'
        ).encode()

    def read(self, line: bytes) -> tuple[int, int]:
        """Read a recorded row; its time has milliseconds or microseconds."""
        row = json.loads(line)
        return row["id"], row["time"] * (1_000 if row["time"] > 10**14 else _MS)

    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer the four endpoints, the time, and bulk files."""
        found = self._found(asked)
        if found is None or asked.path not in _ENDPOINTS:
            return found
        return _with(found, "X-MBX-USED-WEIGHT-1M", str(round(asked.client.spent)))

    def error(self, status: int, text: str) -> SimResponse:
        """Answer with a code; 403 is the firewall's page."""
        if status == 403:  # noqa: PLR2004 - Forbidden
            return html(403, "403 Forbidden")
        return _coded(status, {429: -1003, 418: -1003}.get(status, -1000), text)

    def refusal(self, asked: Asked, reason: str) -> SimResponse:
        """Refuse with 429 until the minute ends; whoever goes on is banned, each time for twice as long."""
        del reason
        over = asked.client.refused - _MOST_REFUSALS
        if over <= 0:
            seconds = (_MINUTE - asked.now_ns % _MINUTE) // 1_000_000_000 + 1
            text = "Too much request weight used; current limit is 6000 request weight per 1 MINUTE."
            return _with(self.error(429, text), "Retry-After", str(seconds))
        seconds = min(_FIRST_BAN * 2 ** (over - 1), _LONGEST_BAN)
        until = asked.now_ns // _MS + seconds * 1_000
        text = f"Way too much request weight used; IP banned until {until}."
        return _with(self.error(418, text), "Retry-After", str(seconds))

    def weight(self, asked: Asked) -> float:
        """Weigh as documented; bulk files are another host's."""
        return WEIGHTS.get(_ENDPOINTS.get(asked.path, ""), 0.0)

    def _found(self, asked: Asked) -> SimResponse | None:
        match asked.parts:
            case ["api", "v3", "time"]:
                return json_body(b'{"serverTime":%d}' % (asked.now_ns // _MS))
            case ["api", "v3", "exchangeInfo"]:
                return json_body(json.dumps({"symbols": list(map(_symbol, self.products))}).encode())
            case ["api", "v3", "historicalTrades" | "trades" | "aggTrades" as endpoint]:
                return self._trades(asked, endpoint)
            case ["data", "spot", *_]:
                return self._files.answer(asked)
        return None

    def _trades(self, asked: Asked, endpoint: str) -> SimResponse:
        symbol = asked.params.get("symbol", "")
        if not symbol:
            text = "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."
            return _coded(400, -1102, text)
        market = asked.market(symbol)
        if market is None:
            return _coded(400, -1121, "Invalid symbol.")
        limit = asked.limit("limit", 500, self.knobs.max_limit)
        start, first_id = asked.whole("startTime"), asked.whole("fromId")
        if endpoint == "trades":
            rows = market.newest(limit)
        elif first_id is not None:
            rows = market.from_id(first_id, limit)
        elif endpoint == "aggTrades" and start is not None:
            rows = market.from_time(start * (1_000 if start > 10**14 else _MS), limit)
        else:
            rows = market.newest(limit)
        lines = _aggregates(rows) if endpoint == "aggTrades" else [row.line for row in rows]
        body = b"[" + b",".join(lines) + b"]"
        fine = asked.headers.get("x-mbx-time-unit", "").upper() == "MICROSECOND"
        return json_body(body if fine else _coarse(body))


def _coarse(body: bytes) -> bytes:
    return _MICROSECONDS.sub(rb"\1", body)


def _aggregates(rows: Sequence[Row]) -> list[bytes]:
    """Join neighbours of one moment, price and side, as the exchange does with those of one order."""
    found: list[dict[str, object]] = []
    for row in rows:
        trade = json.loads(row.line)
        key = {"p": trade["price"], "T": trade["time"], "m": trade["isBuyerMaker"]}
        if found and key.items() <= found[-1].items():
            found[-1] |= {"l": row.id}
        else:
            found.append({"a": row.id, "q": trade["qty"], "f": row.id, "l": row.id, "M": True, **key})
    return [json.dumps(each, separators=(",", ":")).encode() for each in found]


def _symbol(spec: ProductSpec) -> dict[str, object]:
    base, quote = spec.pair
    status = "TRADING" if spec.status == "online" else "BREAK"
    return {"symbol": spec.id, "status": status, "baseAsset": base, "quoteAsset": quote}


def _coded(status: int, code: int, text: str) -> SimResponse:
    return json_body(json.dumps({"code": code, "msg": text}).encode(), status)


def _with(response: SimResponse, name: str, value: str) -> SimResponse:
    return replace(response, headers={**response.headers, name: value})


def _padded(value_e8: int) -> str:
    return f"{value_e8 // 10**8}.{value_e8 % 10**8:08d}"
