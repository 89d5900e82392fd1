"""Faults of the product list (CT-CON-43 to 46)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from schemahub import Product, Steps
    from schemahub_hostile.sound import Listed


@breaks("CT-CON-43", "no quote")
class Half(Sound):
    def product_of(self, row: Listed) -> Product:
        return replace(super().product_of(row), quote="")


@breaks("CT-CON-44", "cuts base and quote from the id")
class Cutting(Sound):
    def product_of(self, row: Listed) -> Product:
        return replace(super().product_of(row), base=row.id[:3], quote=row.id[3:])


@breaks("CT-CON-45", "lists what trades now")
class Survivors(Sound):
    def products(self) -> Steps[tuple[Product, ...]]:
        listed = yield from super().products()
        return tuple(product for product in listed if product.active)


@breaks("CT-CON-46", "lists a swap under the spot market's symbol")
class Swapping(Sound):
    def products(self) -> Steps[tuple[Product, ...]]:
        listed = yield from super().products()
        return (*listed, replace(listed[0], id=f"{listed[0].id}SWAP"))
