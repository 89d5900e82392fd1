"""The pairs that Kraken lists, and what they are called elsewhere."""

from __future__ import annotations

import msgspec

from schemahub import Product
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError

_TRADING = {"online", "post_only", "limit_only", "reduce_only"}
_ELSEWHERE = {"XBT": "BTC", "XDG": "DOGE"}
"""What Kraken's own newer interface calls them."""


class _Pair(msgspec.Struct):
    wsname: str = ""
    status: str = "online"


class _Reply(msgspec.Struct):
    result: dict[str, _Pair]


_reply = msgspec.json.Decoder(_Reply)


def parse_products(body: bytes) -> tuple[Product, ...]:
    """Read the body of `/0/public/AssetPairs`, sorted by id.

    `wsname` is the only field that parts base and quote: `base` and `quote` have an X or a Z before some
    currencies and not before others, and stripping it would make TZ of XTZ. Dark pools have none.
    """
    try:
        pairs = _reply.decode(body).result
    except msgspec.DecodeError as error:
        msg = "the list of pairs makes no sense"
        raise RetryableError(msg, where="/0/public/AssetPairs", found=excerpt(body)) from error
    found = (_product(key, pair) for key, pair in sorted(pairs.items()) if not key.endswith(".d"))
    return tuple(product for product in found if product)


def _product(key: str, pair: _Pair) -> Product | None:
    base, _, quote = pair.wsname.partition("/")
    if not (base and quote):
        return None
    return Product(
        id=key,
        base=_ELSEWHERE.get(base, base),
        quote=_ELSEWHERE.get(quote, quote),
        active=pair.status in _TRADING,
    )
