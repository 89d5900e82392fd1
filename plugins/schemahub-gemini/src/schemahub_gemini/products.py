"""The markets that Gemini lists."""

from __future__ import annotations

import msgspec

from schemahub import Product
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError

_NOT_TRADING = {"closed", "cancel_only"}


class _Symbol(msgspec.Struct):
    symbol: str
    base_currency: str
    quote_currency: str
    status: str = "open"
    product_type: str = "spot"


_symbols = msgspec.json.Decoder(list[_Symbol])


def parse_products(body: bytes) -> tuple[Product, ...]:
    """Read the body of `/v1/symbols/details/all`, sorted by id: the symbol in lower case, as in paths.

    Base and quote are its own fields: nothing tells where `btcgusd` is to be cut.
    """
    try:
        symbols = _symbols.decode(body)
    except msgspec.DecodeError as error:
        msg = "the list of symbols makes no sense"
        raise RetryableError(msg, where="/v1/symbols/details/all", found=excerpt(body)) from error
    spot = (symbol for symbol in symbols if symbol.product_type == "spot")
    return tuple(sorted(map(_product, spot), key=lambda product: product.id))


def _product(symbol: _Symbol) -> Product:
    return Product(
        id=symbol.symbol.lower(),
        base=symbol.base_currency.upper(),
        quote=symbol.quote_currency.upper(),
        active=symbol.status not in _NOT_TRADING,
    )
