"""The product list: which markets trade, which are gone, which are another's tape under a second name."""

from __future__ import annotations

import msgspec

from schemahub import Product
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError


class _Listed(msgspec.Struct):
    id: str
    base_currency: str
    quote_currency: str
    status: str = "online"
    trading_disabled: bool = False
    alias: str = ""


_products = msgspec.json.Decoder(list[_Listed])


def parse_products(body: bytes) -> tuple[Product, ...]:
    """Read the body of `/products`, sorted by id.

    Base and quote are taken from the id: `BTCAUCTION-USD` has said that its base currency is BTC, and
    two products must never share a symbol.
    """
    try:
        listed = _products.decode(body)
    except msgspec.DecodeError as error:
        msg = "the product list makes no sense"
        raise RetryableError(msg, where="/products", found=excerpt(body)) from error
    trading = {row.id for row in listed if _trades(row)}
    return tuple(_product(row, trading) for row in sorted(listed, key=lambda row: row.id))


def _trades(row: _Listed) -> bool:
    return row.status == "online" and not row.trading_disabled


def _product(row: _Listed, trading: set[str]) -> Product:
    base, _, quote = row.id.partition("-")
    alias = row.alias or _dollar_twin(row, trading)
    return Product(
        id=row.id,
        base=base,
        quote=quote or row.quote_currency,
        active=_trades(row),
        alias_of=alias,
    )


def _dollar_twin(row: _Listed, trading: set[str]) -> str | None:
    # Coinbase merged its USDC books into the USD ones: BTC-USDC no longer trades by itself, and what is
    # served under that id are BTC-USD's trades with BTC-USD's ids. Taking both would double the tape.
    twin = row.id.removesuffix("C")
    return twin if row.id.endswith("-USDC") and not _trades(row) and twin in trading else None
