"""Leases in a DynamoDB table."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from schemahub.errors import LeaseLost
from schemahub.lock import Lease, LockProvider
from schemahub_aws.calls import Calls
from schemahub_aws.dynamodb import grant as spelt
from schemahub_aws.dynamodb.grant import Grant
from schemahub_aws.dynamodb.options import DynamoOptions
from schemahub_aws.failures import Refused, Service
from schemahub_aws.session import LazyClient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.object_store import ObjectStore

_HELD = frozenset({"ConditionalCheckFailedException"})
# Free: nobody has it, it ran out, or its owner is known to have died. An item of another program, which has
# whole seconds alone, counts as well.
_FREE = (
    "attribute_not_exists(lock_key) OR expires_ns <= :now OR #owner = :evict"
    " OR (attribute_not_exists(expires_ns) AND expires_at <= :now_seconds)"
)
_OWN = "grant_id = :grant"
_NOBODY = "-"
"""No owner's name: those have two colons."""


class DynamoLocks(LockProvider):
    """One item per lease, keyed by lake and name; every change is conditional.

    Taking over an expired lease is one conditional put, so of any number exactly one gets it. The clock is
    the caller's: DynamoDB's time to live only tidies up, hours later.
    """

    Options = DynamoOptions

    def __init__(self, store: ObjectStore, url: str, options: DynamoOptions) -> None:
        """Keep all, and do no I/O; the store is the lake's, and leases do not live there."""
        super().__init__(store)
        self._lake = url.rstrip("/")
        self._table = options.table
        self._calls = Calls(_service(options.table), LazyClient("dynamodb", options, attempts=1), options)

    @classmethod
    def of_lake(cls, url: str, store: ObjectStore, options: Mapping[str, object]) -> Self:
        """Return the provider of the lake at `url`; two lakes may share a table."""
        return cls(store, url, DynamoOptions.model_validate(options))

    def __repr__(self) -> str:
        """Print table and lake, and nothing that a client knows."""
        return f"DynamoLocks({self._table!r}, {self._lake!r})"

    def acquire(
        self, name: str, owner: str, ttl_seconds: float, now_ns: int, *, evict: str | None = None
    ) -> Lease | None:
        """Take a lease that is free, expired or held by `evict`; None if somebody holds it.

        If a reply was lost and the repeated request is refused, the item says whose it is.
        """
        granted = Grant(owner=owner, id=uuid.uuid4().hex, expires_ns=spelt.after(now_ns, ttl_seconds))
        values = {
            ":now": {"N": str(now_ns)},
            ":now_seconds": {"N": str(spelt.whole_seconds(now_ns))},
            ":evict": {"S": evict or _NOBODY},
        }
        put = {
            "Item": {**self._key(name), **granted.attributes()},
            "ConditionExpression": _FREE,
            "ExpressionAttributeNames": {"#owner": spelt.OWNER},
            "ExpressionAttributeValues": values,
        }
        try:
            self._calls(lambda db: db.put_item(TableName=self._table, **put), self._where(name), _HELD)
        except Refused as refused:
            if not refused.doubtful or self._found(name) != granted:
                return None
        return granted.lease(name)

    def renew(self, lease: Lease, ttl_seconds: float, now_ns: int) -> Lease:
        """Prolong a lease that is still one's own, even if it expired meanwhile; `LeaseLost` otherwise."""
        expires_ns = spelt.after(now_ns, ttl_seconds)
        new = spelt.expiry(expires_ns)
        update = {
            "Key": self._key(lease.name),
            "UpdateExpression": "SET expires_at = :at, expires_ns = :ns",
            "ConditionExpression": _OWN,
            "ExpressionAttributeValues": {
                ":grant": {"S": lease.token},
                ":at": new[spelt.EXPIRES_AT],
                ":ns": new[spelt.EXPIRES_NS],
            },
        }
        where = self._where(lease.name)
        try:
            # Repeating it after a lost reply is harmless: one's own stays one's own.
            self._calls(lambda db: db.update_item(TableName=self._table, **update), where, _HELD)
        except Refused as refused:
            raise _lost(lease, self._found(lease.name)) from refused
        return Lease(name=lease.name, owner=lease.owner, expires_ns=expires_ns, token=lease.token)

    def release(self, lease: Lease) -> None:
        """Give a lease back; nothing happens if it is no longer one's own."""
        delete = {
            "Key": self._key(lease.name),
            "ConditionExpression": _OWN,
            "ExpressionAttributeValues": {":grant": {"S": lease.token}},
        }
        where = self._where(lease.name)
        try:
            self._calls(lambda db: db.delete_item(TableName=self._table, **delete), where, _HELD)
        except Refused:
            return

    def holder(self, name: str) -> str | None:
        """Return the owner of an unreleased lease (it may have expired), for messages."""
        found = self._found(name)
        return found.owner if found else None

    def current(self, name: str) -> Lease | None:
        """Return the unreleased lease, which may have expired; None if there is none."""
        found = self._found(name)
        return found.lease(name) if found else None

    def _found(self, name: str) -> Grant | None:
        get = {"TableName": self._table, "Key": self._key(name), "ConsistentRead": True}
        item = self._calls(lambda db: db.get_item(**get), self._where(name)).get("Item")
        return Grant.of_item(item) if item else None

    def _key(self, name: str) -> spelt.Values:
        return {spelt.KEY: {"S": f"{self._lake}#{name}"}}

    def _where(self, name: str) -> str:
        return f"{self._table}: {name}"


def _lost(lease: Lease, found: Grant | None) -> LeaseLost:
    msg = "the lease was taken over" if found else "the lease is gone"
    return LeaseLost(msg, where=lease.name, expected=lease.owner, found=found.owner if found else None)


def _service(table: str) -> Service:
    return Service(
        permissions=f"dynamodb:PutItem, UpdateItem, DeleteItem and GetItem on the table {table}",
        missing=("ResourceNotFoundException",),
        make=f"Create the table: aws dynamodb create-table --table-name {table}"
        " --attribute-definitions AttributeName=lock_key,AttributeType=S"
        " --key-schema AttributeName=lock_key,KeyType=HASH --billing-mode PAY_PER_REQUEST",
    )
