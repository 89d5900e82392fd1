"""The table in the Glue Data Catalog: each day a partition at its live folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemahub.catalog import Catalog
from schemahub.errors import ConfigError, Conflict, IntegrityError
from schemahub.layout import version_of
from schemahub_aws.glue.difference import difference
from schemahub_aws.glue.options import GlueOptions
from schemahub_aws.glue.requests import GlueRequests
from schemahub_aws.glue.shapes import (
    COLUMNS,
    PARTITION_KEYS,
    changed_table,
    names_and_types,
    new_table,
    partition,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.catalog import LiveTable, Turn


class GlueCatalog(Catalog):
    """One external table, whose partitions are moved one by one, each in one step.

    Glue compares versions of a table, but not of a partition. So whoever is behind is kept from moving one
    back otherwise: it reads what is registered first, it does not send what was read from the table more than
    a minute ago, and AWS refuses what was signed more than five minutes ago.
    """

    Options = GlueOptions
    late_seconds = 600.0
    """Five minutes of the signature, and as much again for clocks that are not AWS's."""

    def __init__(self, options: Mapping[str, object]) -> None:
        """Do no I/O."""
        super().__init__(options)
        self._glue = GlueRequests(GlueOptions.model_validate(options))

    def register(self, table: LiveTable, turn: Turn) -> None:
        """Bring the database, the table and its partitions to this state; see `Catalog.register`."""
        if not table.lake.startswith("s3://"):
            msg = "Glue can be told of lakes in S3 only"
            raise ConfigError(msg, expected="s3://bucket/prefix", found=table.lake, hint="Unset `catalog`.")
        with self._glue.during(turn):
            self._register_table(table)
            self._register_days(table)

    def _register_table(self, table: LiveTable) -> None:
        found = self._glue.table()
        if found is None:
            self._glue.make_database()
            self._glue.make_table(new_table(self._glue.name, table))
            return
        version = self._version(found, table)
        if version > table.version:
            msg = "the catalog has a newer version of the table"
            hint = "To go back on purpose, drop the table from the catalog: the next run makes it anew."
            expected, found_text = f"version {table.version}", f"version {version}"
            raise Conflict(msg, where=self._glue.where, expected=expected, found=found_text, hint=hint)
        columns = names_and_types(found.get("StorageDescriptor", {}).get("Columns", []))
        if version < table.version or columns != COLUMNS:
            self._glue.change_table(changed_table(found, table), found["VersionId"])

    def _register_days(self, table: LiveTable) -> None:
        todo = difference(table, self._glue.partitions())
        self._glue.add([partition(day, at) for day, at in todo.new.items()])
        self._glue.move([partition(day, at) for day, at in todo.moved.items()])
        for day in todo.gone:
            self._glue.drop(day)

    def _version(self, found: Mapping[str, Any], table: LiveTable) -> int:
        """Return the version that a table in Glue shows; `ConfigError` if it is not this lake's table."""
        location = found.get("StorageDescriptor", {}).get("Location", "")
        keys = names_and_types(found.get("PartitionKeys", []))
        try:
            version = version_of(location.removeprefix(f"{table.lake}/"))
        except IntegrityError:
            version = None
        if version is None or keys != PARTITION_KEYS:
            msg = "the catalog has another table of this name"
            raise ConfigError(
                msg,
                where=self._glue.where,
                expected=f"one at {table.root}, partitioned by trade_date (date)",
                found=f"one at {location}, partitioned by {keys}",
                hint="Choose another name by catalogs.glue.table, or drop that table.",
            )
        return version
