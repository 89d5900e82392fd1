"""The seed: which products of an exchange a lake collects. A person may edit it."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError, Conflict, IntegrityError, NotFound
from schemahub.layout import seed_key
from schemahub.model import Product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.object_store import ObjectStore

SEED_SCHEMA = 1


def read_seed(store: ObjectStore, exchange: str) -> tuple[Product, ...] | None:
    """Return the products in the seed, or None if there is none.

    A damaged seed is an `IntegrityError`, one of a newer schemahub a `ConfigError`.
    """
    key = seed_key(exchange)
    try:
        document = json.loads(store.get(key).data)
        schema, rows = document["schema"], document["products"]
        products = tuple(Product(**row) for row in rows)
    except NotFound:
        return None
    except (ValueError, TypeError, KeyError) as error:
        msg = "the seed is damaged"
        hint = "Write it anew with `schemahub update-seed`"
        raise IntegrityError(msg, where=key, found=str(error), hint=hint) from error
    if schema > SEED_SCHEMA:
        msg = "the seed was written by a newer schemahub"
        raise ConfigError(
            msg,
            where=key,
            expected=f"schema up to {SEED_SCHEMA}",
            found=str(schema),
            hint="Upgrade this installation.",
        )
    return products


def write_seed(store: ObjectStore, exchange: str, products: Sequence[Product]) -> None:
    """Replace the seed; the last writer wins."""
    document = {
        "schema": SEED_SCHEMA,
        "exchange": exchange,
        "products": [dataclasses.asdict(product) for product in products],
    }
    data = json.dumps(document, indent=1).encode()
    key = seed_key(exchange)
    for _ in range(10):
        try:
            version = store.get(key).version
        except NotFound:
            version = None
        try:
            store.put_if(key, data, version)
        except Conflict:
            continue
        return
    msg = "others keep writing the seed"
    raise Conflict(msg, where=key)


def collected(products: Sequence[Product]) -> tuple[str, ...]:
    """Return the products to ingest: those that trade and are not another's tape under a second name."""
    return tuple(product.id for product in products if product.active and product.alias_of is None)
