"""The ids of a table file, for the few questions that the manifest cannot answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from schemahub._quality.identity import Identity
    from schemahub.object_store import ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIds:
    """One symbol's ids; those that are no positions are passed over."""

    store: ObjectStore
    identity: Identity

    def bounds(self, key: str) -> Span | None:
        """Return the least and the greatest id of a file."""
        import pyarrow.compute as pc

        found = [pc.min_max(ids).as_py() for ids in self._positions(key)]
        return Span(min(each["min"] for each in found), max(each["max"] for each in found)) if found else None

    def floor(self, key: str, position: int) -> int | None:
        """Return a file's greatest id that is not above `position`."""
        import pyarrow.compute as pc

        below = (pc.max(ids.filter(pc.less_equal(ids, position))).as_py() for ids in self._positions(key))
        return max((each for each in below if each is not None), default=None)

    def ceiling(self, key: str, position: int) -> int | None:
        """Return a file's least id that is not below `position`."""
        import pyarrow.compute as pc

        above = (pc.min(ids.filter(pc.greater_equal(ids, position))).as_py() for ids in self._positions(key))
        return min((each for each in above if each is not None), default=None)

    def _positions(self, key: str) -> Iterator[pa.Array]:
        from schemahub._lake.extras import require_parquet

        require_parquet()
        from schemahub._quality.id_spans import positions_of
        from schemahub._quality.row_groups import table_file

        with table_file(self.store, key) as file:
            for rows in file.groups_of(self.identity, ["trade_id"]):
                positions, _ = positions_of(rows["trade_id"].drop_null().combine_chunks())
                if len(positions):
                    yield positions
