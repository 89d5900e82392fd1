"""What the table holds of one lease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.lock import Lease

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "lock_key"
"""The partition key, a string."""
EXPIRES_AT = "expires_at"
"""Epoch seconds, rounded up: the attribute for DynamoDB's time to live, which knows whole seconds only."""
EXPIRES_NS = "expires_ns"
"""Epoch nanoseconds: what leases go by."""
OWNER = "owner"
GRANT = "grant_id"
"""Stays the same through all renewals of one grant, and is the lease's token."""

_NS_PER_SECOND = 1_000_000_000

Values = dict[str, dict[str, str]]
"""Values as DynamoDB spells them: `{"x": {"S": "text"}}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One lease, granted to somebody."""

    owner: str
    id: str
    expires_ns: int

    @classmethod
    def of_item(cls, item: Mapping[str, Mapping[str, str]]) -> Grant:
        """Read an item; what another program wrote there may lack anything but the key."""
        seconds = int(item.get(EXPIRES_AT, {}).get("N", "0"))
        return cls(
            owner=item.get(OWNER, {}).get("S", ""),
            id=item.get(GRANT, {}).get("S", ""),
            expires_ns=int(item.get(EXPIRES_NS, {}).get("N", seconds * _NS_PER_SECOND)),
        )

    def attributes(self) -> Values:
        """Return all but the key."""
        return {OWNER: {"S": self.owner}, GRANT: {"S": self.id}, **expiry(self.expires_ns)}

    def lease(self, name: str) -> Lease:
        """Return what its owner holds."""
        return Lease(name=name, owner=self.owner, expires_ns=self.expires_ns, token=self.id)


def expiry(expires_ns: int) -> Values:
    """Return both attributes of an expiry."""
    rounded_up = -whole_seconds(-expires_ns)
    return {EXPIRES_AT: {"N": str(rounded_up)}, EXPIRES_NS: {"N": str(expires_ns)}}


def whole_seconds(time_ns: int) -> int:
    """Return a time in seconds, rounded down."""
    return time_ns // _NS_PER_SECOND


def after(now_ns: int, seconds: float) -> int:
    """Return the time some seconds from now."""
    return now_ns + round(seconds * _NS_PER_SECOND)
