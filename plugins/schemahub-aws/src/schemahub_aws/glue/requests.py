"""The requests to Glue: reads, and writes that are not sent once the state they come from is old."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from schemahub.errors import Conflict
from schemahub_aws.calls import Calls
from schemahub_aws.failures import Refused, Service
from schemahub_aws.session import LazyClient

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from schemahub.catalog import Turn
    from schemahub_aws.glue.options import GlueOptions

_SERVICE = Service(
    permissions="glue:GetDatabase, glue:CreateDatabase, glue:GetTable, glue:CreateTable, glue:UpdateTable, "
    "glue:GetPartitions, glue:BatchCreatePartition, glue:BatchUpdatePartition and glue:DeletePartition",
    missing=("EntityNotFoundException",),
    make="It is made by the next run.",
)
_PER_REQUEST = 100
"""Partitions in one request; Glue takes no more."""
_MISSING = frozenset({"EntityNotFoundException"})
_THERE = frozenset({"AlreadyExistsException"})
_CHANGED = frozenset({"ConcurrentModificationException", "VersionMismatchException"})


class GlueRequests:
    """One table in Glue."""

    def __init__(self, options: GlueOptions) -> None:
        """Keep the options; the client is made at the first request."""
        self.where = f"glue {options.database}.{options.table}"
        self.name = options.table
        self._database = options.database
        self._at = {"DatabaseName": options.database, "TableName": self.name}
        self._client = LazyClient("glue", options, attempts=1)
        self._calls = Calls(_SERVICE, self._client, options)

    @contextmanager
    def during(self, turn: Turn) -> Iterator[None]:
        """Check the turn before each request of the block, once it is signed.

        So whatever is sent was signed within the turn, and AWS refuses a signature that is five minutes old:
        no process, however long it sleeps, writes anything later than that.
        """

        def check(**_: object) -> None:
            turn.check()

        events = self._client().meta.events
        events.register_last("before-send.glue", check)
        try:
            yield
        finally:
            events.unregister("before-send.glue", check)

    def make_database(self) -> None:
        """Make the database, unless there is one."""
        try:
            self._calls(lambda glue: glue.get_database(Name=self._database), self.where, _MISSING)
        except Refused:
            made = {"Name": self._database}
            self._write(lambda glue: glue.create_database(DatabaseInput=made), _THERE)

    def table(self) -> dict[str, Any] | None:
        """Return the table's definition; None if there is none."""
        at = {"DatabaseName": self._database, "Name": self.name}
        try:
            found: dict[str, Any] = self._calls(lambda glue: glue.get_table(**at), self.where, _MISSING)
        except Refused:
            return None
        return dict(found["Table"])

    def make_table(self, made: dict[str, Any]) -> None:
        """Make the table; `Conflict` if there is one by now."""
        self._write(lambda glue: glue.create_table(DatabaseName=self._database, TableInput=made), _THERE)

    def change_table(self, changed: dict[str, Any], version: str) -> None:
        """Change the table if its version is still this one; `Conflict` otherwise."""
        asked = {"DatabaseName": self._database, "TableInput": changed, "VersionId": version}
        self._write(lambda glue: glue.update_table(**asked), _CHANGED | _MISSING)

    def partitions(self) -> dict[str, str]:
        """Return the location of each partition, by day."""
        found: dict[str, str] = {}
        token: dict[str, str] = {}
        while True:
            page = self._page(token)
            for one in page["Partitions"]:
                found[one["Values"][0]] = one.get("StorageDescriptor", {}).get("Location", "")
            if not page.get("NextToken"):
                return found
            token = {"NextToken": page["NextToken"]}

    def add(self, partitions: list[dict[str, Any]]) -> None:
        """Make partitions; `Conflict` if one is there by now."""
        for some in _parts(partitions):
            asked = {**self._at, "PartitionInputList": some}
            self._write(partial(_call, "batch_create_partition", asked))

    def move(self, partitions: list[dict[str, Any]]) -> None:
        """Replace partitions, each at once; `Conflict` if one is gone by now."""
        for some in _parts(partitions):
            entries = [{"PartitionValueList": one["Values"], "PartitionInput": one} for one in some]
            asked = {**self._at, "Entries": entries}
            self._write(partial(_call, "batch_update_partition", asked))

    def drop(self, day: str) -> None:
        """Drop a partition; no error if there is none."""
        asked = {**self._at, "PartitionValues": [day]}
        self._write(lambda glue: glue.delete_partition(**asked), _MISSING)

    def _page(self, token: Mapping[str, str]) -> dict[str, Any]:
        asked = {**self._at, **token, "ExcludeColumnSchema": True}
        return dict(self._calls(partial(_call, "get_partitions", asked), self.where))

    def _write(self, action: Callable[[Any], dict[str, Any]], accept: Collection[str] = ()) -> None:
        msg = "somebody else changed the catalog"
        try:
            done = self._calls(action, self.where, accept)
        except Refused as refused:
            raise Conflict(msg, where=self.where, found=refused.code) from refused
        # One partition's failure does not fail the request.
        for error in done.get("Errors", ()):
            detail = error.get("ErrorDetail", {})
            raise Conflict(msg, where=self.where, found=f"{error.get('PartitionValues')}: {detail}")


def _call(operation: str, asked: Mapping[str, Any], glue: Any) -> dict[str, Any]:  # noqa: ANN401 - a client
    return dict(getattr(glue, operation)(**asked))


def _parts(items: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(items), _PER_REQUEST):
        yield items[start : start + _PER_REQUEST]
