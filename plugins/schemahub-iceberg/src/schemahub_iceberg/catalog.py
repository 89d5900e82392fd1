"""The catalog: which metadata file is the table's current one."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
)

from schemahub.errors import ConfigError
from schemahub_iceberg.columns import LAKE, add_new_columns, partitions, properties, schema
from schemahub_iceberg.committing import begin
from schemahub_iceberg.failures import told
from schemahub_iceberg.place import FOLDER, SQLITE, root_of
from schemahub_iceberg.states import BEGINNING

if TYPE_CHECKING:
    from pathlib import Path

    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table as Loaded

    from schemahub.object_store import ObjectStore
    from schemahub_iceberg.options import IcebergOptions

_BUSY_SECONDS = 30
"""How long SQLite waits for another writer, before it says that it is locked."""


class IcebergCatalog:
    """One lake's table in one catalog; opened when it is first needed."""

    def __init__(self, store: ObjectStore, lake: str, options: IcebergOptions) -> None:
        """Do no I/O; a lake that Iceberg has no name for is a `ConfigError`."""
        self.root = root_of(store, lake)
        self._options = options
        self._file = None if options.catalog != "sql" or options.uri else store.local_path(SQLITE)
        if options.catalog != "glue" and options.uri is None and self._file is None:
            msg = f"an Iceberg catalog of kind {options.catalog!r} needs its place"
            raise ConfigError(msg, where=lake, hint="Set tables.iceberg.uri, or the catalog: glue or rest.")
        self._name = (options.namespace, options.name)
        self._opening = threading.Lock()
        self._opened: Catalog | None = None

    @property
    def where(self) -> str:
        """Return the table's name, for messages."""
        return ".".join(self._name)

    def load(self) -> Loaded | None:
        """Return the table as it is now; None if it was never created. A read creates nothing."""
        if self._file is not None and not self._file.exists():
            return None
        with told(self.where):
            try:
                return self._own(self._catalog().load_table(self._name))
            except (NoSuchTableError, NoSuchNamespaceError):
                return None

    def load_or_create(self) -> Loaded:
        """Return the table, with all columns of today, creating what is missing."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        table = self.load() or self._created()
        with told(self.where):
            if not table.metadata.snapshots:
                with suppress(CommitFailedException):  # somebody else did
                    begin(table, BEGINNING)
                table = self._catalog().load_table(self._name)
            add_new_columns(table)
        return table

    def _created(self) -> Loaded:
        columns = schema()
        with told(self.where):
            catalog = self._catalog()
            catalog.create_namespace_if_not_exists(self._name[0])
            try:
                made = catalog.create_table(
                    self._name,
                    columns,
                    location=f"{self.root}/{FOLDER}",
                    partition_spec=partitions(columns),
                    properties=properties(columns, self.root),
                )
            except TableAlreadyExistsError:
                made = catalog.load_table(self._name)
        return self._own(made)

    def _own(self, table: Loaded) -> Loaded:
        found = table.properties.get(LAKE)
        if found != self.root:
            msg = "the catalog's table is not this lake's"
            hint = "Set tables.iceberg.name to a name of its own."
            raise ConfigError(msg, where=self.where, expected=self.root, found=found, hint=hint)
        return table

    def _catalog(self) -> Catalog:
        with self._opening:
            if self._opened is None:
                self._opened = load_catalog("schemahub", **self._properties())
            return self._opened

    def _properties(self) -> dict[str, Any]:
        given = {"type": self._options.catalog, "warehouse": self.root, **self._options.properties}
        uri = self._options.uri or (_sqlite(self._file) if self._file else None)
        return {**given, "uri": uri} if uri else given


def _sqlite(file: Path) -> str:
    return f"sqlite:///{file}?timeout={_BUSY_SECONDS}"
