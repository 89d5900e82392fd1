"""The pairs that Bitstamp lists."""

from __future__ import annotations

import msgspec

from schemahub import Product
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError


class _Pair(msgspec.Struct):
    name: str
    url_symbol: str
    trading: str = "Enabled"


_pairs = msgspec.json.Decoder(list[_Pair])


def parse_products(body: bytes) -> tuple[Product, ...]:
    """Read the body of `/api/v2/trading-pairs-info/`, sorted by id: what stands in a path.

    `name` is BASE/QUOTE: nothing tells where `url_symbol` is to be cut.
    """
    try:
        pairs = _pairs.decode(body)
    except msgspec.DecodeError as error:
        msg = "the list of pairs makes no sense"
        raise RetryableError(msg, where="/api/v2/trading-pairs-info/", found=excerpt(body)) from error
    products = (_product(pair) for pair in pairs if all(pair.name.partition("/")))
    return tuple(sorted(products, key=lambda product: product.id))


def _product(pair: _Pair) -> Product:
    base, _, quote = pair.name.partition("/")
    return Product(id=pair.url_symbol, base=base, quote=quote, active=pair.trading == "Enabled")
