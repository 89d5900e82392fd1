"""Faults of the mapping (CT-CON-57 to 60)."""

from __future__ import annotations

from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.sound import Sound

_PRICE, _SIZE = "price: {from: price, type: decimal}", "quantity: {from: size, type: decimal}"
_SWAPPED = f"{_PRICE.replace('from: price', 'from: size')}\n  {_SIZE.replace('from: size', 'from: price')}"


@breaks("CT-CON-57", "knows one side alone", edit=("{buy: SELL, sell: BUY}", "{buy: SELL}"))
class OneSided(Sound):
    pass


@breaks("CT-CON-58", "the product's id as its symbol", edit=("{product: listed}", "{product: true}"))
class Unlisted(Sound):
    pass


@breaks("CT-CON-59", "price and size change places", edit=(f"{_PRICE}\n  {_SIZE}", _SWAPPED))
class Swapped(Sound):
    pass


@breaks("CT-CON-60", "the maker's side", edit=("{buy: SELL, sell: BUY}", "{buy: BUY, sell: SELL}"))
class Makers(Sound):
    pass
