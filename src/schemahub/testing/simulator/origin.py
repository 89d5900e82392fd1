"""The exchange behind its CDN: which path answers what."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from schemahub.testing.simulator.responses import json_response, message
from schemahub.testing.simulator.trade_log import TradeLog
from schemahub.testing.simulator.trades_endpoint import trades

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.testing.simulator.knobs import Knobs
    from schemahub.testing.simulator.products import Catalogue
    from schemahub.testing.simulator.responses import SimResponse

_SECOND = 1_000_000_000


class Origin:
    """Routes over products and their logs; `logs` has an alias under its own id too."""

    def __init__(self, knobs: Knobs, catalogue: Catalogue, logs: Mapping[str, TradeLog]) -> None:
        """Keep what the answers are made from."""
        self._knobs = knobs
        self._catalogue = catalogue
        self._logs = logs

    def answer(self, path: str, query: str, now_ns: int, *, short: bool = False) -> SimResponse:
        """Answer a GET; `short` asks for a page that is shorter than it should be."""
        match [unquote(part) for part in path.split("/")[1:]]:
            case ["products"]:
                return json_response(200, self._catalogue.body)
            case ["products", product] if (known := self._known(product)) is not None:
                return json_response(200, self._catalogue.entry(known))
            case ["products", product, "trades"] if (log := self._log(product)) is not None:
                return trades(log, query, self._knobs, short=short)
            case ["time"]:
                return json_response(200, _time_body(now_ns + int(self._knobs.clock_skew_seconds * _SECOND)))
        return message(404, self._knobs.not_found_message)

    def _known(self, product: str) -> str | None:
        known = product.upper() if self._knobs.ignore_case else product
        return known if known in self._catalogue else None

    def _log(self, product: str) -> TradeLog | None:
        known = self._known(product)
        if known is None:
            return None
        if self._knobs.delisted == "missing" and self._catalogue.status(known) == "delisted":
            return None
        return self._logs.get(known, TradeLog())


def _time_body(now_ns: int) -> bytes:
    now = datetime.fromtimestamp(now_ns / _SECOND, UTC)
    iso = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"iso": iso, "epoch": round(now.timestamp(), 3)}, separators=(",", ":")).encode()
