"""The lock provider named `dynamodb`, and the variable that switches it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub import hookimpl

if TYPE_CHECKING:
    from schemahub.lock import LockProvider


@hookimpl
def schemahub_lock_provider() -> type[LockProvider]:
    """Return the class; it is made with the lake's URL."""
    from schemahub_aws.dynamodb.locks import DynamoLocks

    return DynamoLocks


@hookimpl
def schemahub_variable(name: str, value: str) -> dict[str, str]:
    """Say what `DYNAMODB_LOCKS_TABLE` stands for: leases live in that table."""
    del name
    return {"locks.provider": "dynamodb", "lock_providers.dynamodb.table": value}
