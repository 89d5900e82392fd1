"""The symbols that Binance lists, and which of them trade."""

from __future__ import annotations

import re

import msgspec

from schemahub import Product
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError, UnknownProduct

# Documented as `[\w\-._]`, and letters need not be Latin: symbols of tokens with Chinese names exist.
_SYMBOL = re.compile(r"[\w\-.]{1,50}")


class _Listed(msgspec.Struct):
    symbol: str
    status: str
    baseAsset: str  # noqa: N815 - the exchange's own name
    quoteAsset: str  # noqa: N815 - as above


class _Info(msgspec.Struct):
    symbols: list[_Listed]


_info = msgspec.json.Decoder(_Info)


def parse_products(body: bytes) -> tuple[Product, ...]:
    """Read the body of `exchangeInfo`, sorted by symbol.

    A symbol is never cut: where USDTTRY ends its base and begins its quote, only the list can tell.
    """
    try:
        listed = _info.decode(body).symbols
    except msgspec.DecodeError as error:
        msg = "the list of symbols makes no sense"
        raise RetryableError(msg, where="exchangeInfo", found=excerpt(body)) from error
    products = (
        Product(id=row.symbol, base=row.baseAsset, quote=row.quoteAsset, active=row.status == "TRADING")
        for row in listed
    )
    return tuple(sorted(products, key=lambda product: product.id))


def check_symbol(product: str) -> str:
    """Return the symbol; what is none must not become part of a path."""
    if _SYMBOL.fullmatch(product) is None or not product.strip("."):
        msg = "not a Binance symbol"
        raise UnknownProduct(msg, expected="letters and digits, such as BTCUSDT", found=repr(product[:60]))
    return product
