"""Count what a lake's store is asked for: what costs money and time where the store is remote.

    python bench/counted.py LAKE --rounds 3 ...      adds an object a round and transforms it, in here

A listing is one request for each thousand keys, as object stores page it. Prints, of each round, the
requests and the CPU and wall seconds of `hub.transform()` alone: start-up and imports are paid before.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Self

import lake_data

import schemahub
from schemahub.object_store import ObjectInfo, ObjectStore, Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from schemahub.hub import Hub

KEYS_PER_LISTING = 1000


class CountedStore(ObjectStore):
    """Another store, with a count of each kind of request."""

    scheme: ClassVar[str] = "counted"

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.counts: Counter[str] = Counter()

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        msg = "it stands before another store, and is not opened by a URL"
        raise NotImplementedError(msg)

    def get(self, key: str) -> Stored:
        self.counts["get"] += 1
        return self._inner.get(key)

    def open(self, key: str) -> BinaryIO:
        self.counts["open"] += 1
        return self._inner.open(key)

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        # An empty listing is a request as well.
        self.counts["list"] += 1
        for number, info in enumerate(self._inner.list(prefix, start_after)):
            if number and number % KEYS_PER_LISTING == 0:
                self.counts["list"] += 1
            self.counts["keys listed"] += 1
            yield info

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        self.counts["put"] += 1
        return self._inner.put_new(key, data)

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        self.counts["put"] += 1
        return self._inner.put_if(key, data, version)

    def delete(self, key: str) -> None:
        self.counts["delete"] += 1
        self._inner.delete(key)

    def local_path(self, key: str) -> Path | None:
        return self._inner.local_path(key)


def counted(
    lake: str,
    overrides: Mapping[str, object] | None = None,
    shown: Callable[[ObjectStore], ObjectStore] = lambda store: store,
) -> tuple[Hub, Counter[str]]:
    """Open a lake whose requests are counted; `shown` may put another store in front of the real one.

    Leases stay with the real store and are not counted.
    """
    hub = schemahub.open(lake, overrides=overrides, progress=False)
    parts = hub.lake
    store = CountedStore(shown(parts.store))
    # The lake's parts are made anew over the counting store; `lake` is a cached property.
    hub.__dict__["lake"] = dataclasses.replace(
        parts,
        store=store,
        raw=type(parts.raw)(store),
        checkpoints=type(parts.checkpoints)(store),
        table=type(parts.table)(store, hub.settings.files),
    )
    return hub, store.counts


def rounds(lake: str, spec: lake_data.Spec, first: int, count: int) -> Iterator[dict[str, Any]]:
    """Add the objects `first`, `first + 1`, ... after those of the spec, and transform each.

    The first is not told: it pays for imports, thread pools and caches.
    """
    hub, counts = counted(lake)
    for extra in range(first, first + 1 + count):
        written = lake_data.append(lake, spec, extra)
        counts.clear()
        wall, cpu = time.perf_counter(), time.process_time()
        result = hub.transform()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        assert result.complete
        if extra == first:
            continue
        yield {"rows": written.trades, "wall": wall, "cpu": cpu, "requests": dict(counts)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lake")
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    lake_data.add_options(parser)
    options = vars(parser.parse_args())
    lake, first, count = (options.pop(name) for name in ("lake", "first", "rounds"))
    print(json.dumps(list(rounds(lake, lake_data.Spec(**options), first, count))))


if __name__ == "__main__":
    main()
