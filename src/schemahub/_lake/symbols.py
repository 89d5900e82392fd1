"""What an exchange's product ids stand for: learned from its list of products, and kept in the lake.

A product's symbol is decided once. What rows say must not depend on what an exchange lists today: it
renames currencies, and drops what no longer trades. A person may edit the file.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError, Conflict, IntegrityError, NotFound
from schemahub.layout import symbols_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemahub.layout import StreamId
    from schemahub.model import Product
    from schemahub.object_store import ObjectStore

SYMBOLS_SCHEMA = 1
_TRIES = 10


class Symbols:
    """The symbols of a lake; each exchange's are read once, when one is first asked for."""

    def __init__(self, store: ObjectStore) -> None:
        """Read nothing yet."""
        self._store = store
        self._lock = threading.Lock()
        self._known: dict[str, Mapping[str, str]] = {}

    def of(self, stream: StreamId) -> str | None:
        """Return the symbol of a stream's product, BASE-QUOTE; None if the lake does not know it."""
        with self._lock:
            if stream.exchange not in self._known:
                self._known[stream.exchange] = read_symbols(self._store, stream.exchange)
            return self._known[stream.exchange].get(stream.product)


def read_symbols(store: ObjectStore, exchange: str) -> dict[str, str]:
    """Return the symbols by product id.

    A damaged file is an `IntegrityError`, one of a newer schemahub a `ConfigError`.
    """
    return _read(store, exchange)[0]


def learn_symbols(store: ObjectStore, exchange: str, products: Iterable[Product]) -> dict[str, str]:
    """Add what is not known yet, and return all that is known then; what is known stays.

    Two products never share a symbol, since their trades' ids may be the same: it goes to the one that
    trades, and the other has none until a person gives it one.
    """
    products = list(products)
    for _ in range(_TRIES):
        known, version = _read(store, exchange)
        merged = _merged(known, products)
        if merged == known:
            return known
        document = {"schema": SYMBOLS_SCHEMA, "exchange": exchange, "symbols": dict(sorted(merged.items()))}
        try:
            store.put_if(symbols_key(exchange), json.dumps(document, indent=1).encode(), version)
        except Conflict:
            continue
        return merged
    msg = "others keep writing the symbols"
    raise Conflict(msg, where=symbols_key(exchange))


def _merged(known: Mapping[str, str], products: Iterable[Product]) -> dict[str, str]:
    merged = dict(known)
    taken = set(merged.values())
    for product in sorted(products, key=lambda one: (one.alias_of is not None, not one.active, one.id)):
        symbol = f"{product.base}-{product.quote}"
        if product.id not in merged and symbol not in taken and product.base and product.quote:
            merged[product.id] = symbol
            taken.add(symbol)
    return merged


def _read(store: ObjectStore, exchange: str) -> tuple[dict[str, str], str | None]:
    key = symbols_key(exchange)
    try:
        stored = store.get(key)
    except NotFound:
        return {}, None
    try:
        document = json.loads(stored.data)
        schema, symbols = document["schema"], dict(document["symbols"])
        odd = [symbol for symbol in symbols.values() if not all(symbol.partition("-"))]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        msg = "the file of symbols is damaged"
        hint = f"Delete it, then run `schemahub update-seed --exchange {exchange}`"
        raise IntegrityError(msg, where=key, found=str(error), hint=hint) from error
    if schema > SYMBOLS_SCHEMA:
        msg = "the symbols were written by a newer schemahub"
        raise ConfigError(
            msg,
            where=key,
            expected=f"schema up to {SYMBOLS_SCHEMA}",
            found=str(schema),
            hint="Upgrade this installation.",
        )
    if odd:
        msg = "not a symbol"
        raise ConfigError(msg, where=key, expected="BASE-QUOTE", found=", ".join(map(repr, odd)))
    return symbols, stored.version
