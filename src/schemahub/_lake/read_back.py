"""Compare-and-set whose reply may get lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.errors import Conflict, NotFound, RetryableError

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore, Stored


def put_if_read_back(store: ObjectStore, key: str, data: bytes, version: str | None) -> str:
    """Do `store.put_if`; where the outcome is in doubt, read what is stored.

    `data` carries a nonce, so if it is stored, this call stored it: its version is returned. A `Conflict`
    is in doubt too: a client below may have repeated a request whose first reply was lost. If the old
    version is still there, the `RetryableError` goes on; if anything else is, it is a `Conflict`.
    """
    try:
        return store.put_if(key, data, version)
    except (Conflict, RetryableError) as error:
        stored = _stored(store, key, error)
        if stored is not None and stored.data == data:
            return stored.version
        if isinstance(error, Conflict) or (stored.version if stored else None) == version:
            raise
        msg = "somebody else wrote while a reply was lost"
        raise Conflict(msg, where=key) from error


def _stored(store: ObjectStore, key: str, doubt: Exception) -> Stored | None:
    try:
        return store.get(key)
    except NotFound:
        return None
    except RetryableError:
        raise doubt from None
