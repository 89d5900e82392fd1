"""Faults of what a connector is (CT-CON-01 to 08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub import ConnectorConfig, Product, Request
from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.heavy import Heavy
from schemahub_hostile.plain import Plain
from schemahub_hostile.sound import HostileConfig, Sound

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub import Steps


@breaks("CT-CON-01", "a name with a blank")
class OddName(Sound):
    name: ClassVar[str] = "Hostile Exchange"


@breaks("CT-CON-02", "a name that no entry point has")
class Unregistered(Sound):
    name: ClassVar[str] = "hostileunregistered"


@breaks("CT-CON-03", "a module without API_LEVEL")
class Unlevelled(Plain):
    pass


@breaks("CT-CON-04", "imports httpx")
class Slow(Heavy):
    pass


class _Needy(HostileConfig):
    region: str


@breaks("CT-CON-05", "a setting without a default")
class Needy(Sound):
    Config: ClassVar[type[ConnectorConfig]] = _Needy


class _Lax(HostileConfig, extra="ignore"):
    pass


@breaks("CT-CON-06", "settings that take anything")
class Lax(Sound):
    Config: ClassVar[type[ConnectorConfig]] = _Lax


@breaks("CT-CON-07", "a key in the query string")
class Loud(Sound):
    def products(self) -> Steps[tuple[Product, ...]]:
        key = self.config.api_key.get_secret_value()  # type: ignore[attr-defined]  # it is a HostileConfig
        yield Request(path="/products", params={"key": key})
        return ()


@breaks("CT-CON-08", "no mapping")
class Unmapped(Plain):
    pass
