"""A process that dies at a chosen step: before or after anything that it stores, deletes or commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io.pyarrow import PyArrowFile

from schemahub.object_store import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    import pytest

    from schemahub.object_store import ObjectInfo, Stored


class Died(BaseException):
    """Not an `Exception`: nobody handles the end of the process."""


class Steps:
    """Counts what is done to the lake and the catalog, and dies at one of them."""

    def __init__(self, die_at: int | None = None) -> None:
        self.done: list[str] = []
        self.die_at = die_at

    def around(self, what: str, act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        self._step(f"before {what}")
        result = act()
        self._step(f"after {what}")
        return result

    def _step(self, what: str) -> None:
        self.done.append(what)
        if len(self.done) == self.die_at:
            raise Died(what)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Count what PyIceberg does, too."""
        commit, create = SqlCatalog.commit_table, PyArrowFile.create

        def committing(catalog: SqlCatalog, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - PyIceberg's
            return self.around("commit_table", lambda: commit(catalog, *given, **named))

        def creating(file: PyArrowFile, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - PyIceberg's
            return self.around(f"create {file.location[-12:]}", lambda: create(file, *given, **named))

        monkeypatch.setattr(SqlCatalog, "commit_table", committing)
        monkeypatch.setattr(PyArrowFile, "create", creating)


class CrashingStore(ObjectStore):
    """A store whose writes are steps."""

    scheme = "crashing"

    def __init__(self, store: ObjectStore, steps: Steps) -> None:
        self._store = store
        self._steps = steps

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        raise AssertionError((url, options))

    def get(self, key: str) -> Stored:
        return self._store.get(key)

    def open(self, key: str) -> BinaryIO:
        return self._store.open(key)

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        return self._store.list(prefix, start_after)

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        stored: bool = self._steps.around(f"put {key}", lambda: self._store.put_new(key, data))
        return stored

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        stored: str = self._steps.around(f"put {key}", lambda: self._store.put_if(key, data, version))
        return stored

    def delete(self, key: str) -> None:
        self._steps.around(f"delete {key}", lambda: self._store.delete(key))

    def local_path(self, key: str) -> Path | None:
        return self._store.local_path(key)
