"""The world of `catalog_world` with Glue in place of a listed catalog: real requests, one step each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_world import CatalogWorld
from partitions import Client, locations
from stage import SteppedStore

from schemahub._clock import Stop
from schemahub._lake.parquet_table import ParquetTable
from schemahub._registering import Registrar
from schemahub.layout import DayFolder
from schemahub_aws.glue.catalog import GlueCatalog

if TYPE_CHECKING:
    from stage import Actor

LAKE = "s3://bucket/lake"


class GlueWorld(CatalogWorld):
    """A lake in memory whose commands tell Glue that it is in S3; readers go by Glue's partitions."""

    def __init__(self, glue: Client, database: str) -> None:
        self._glue, self._database = glue, database
        self._known: dict[str, DayFolder] | None = None
        super().__init__()

    @property  # type: ignore[override]  # what the other world keeps, this one looks up
    def places(self) -> dict[str, DayFolder]:
        """Return where Glue says each day is."""
        if self._known is None:
            made = self._glue.get_tables(DatabaseName=self._database)["TableList"]
            found = locations(self._glue, self._database) if made else {}
            self._known = {
                day: DayFolder.parse(place.removeprefix(f"{LAKE}/")) for day, place in found.items()
            }
        return self._known

    @places.setter
    def places(self, places: dict[str, DayFolder]) -> None:
        assert not places
        self._glue.create_database(DatabaseInput={"Name": self._database})

    def _registrar(self, actor: Actor) -> Registrar:
        catalog = GlueCatalog({"database": self._database})
        events = catalog._glue._client().meta.events

        def step(**_: object) -> None:
            actor.io(lambda: None)

        def look(**_: object) -> None:
            self._known = None
            self.look()

        # Asleep before a request is checked and sent; looked at when it is done.
        events.register_first("before-send.glue", step)
        for write in ("BatchCreatePartition", "BatchUpdatePartition", "DeletePartition", "UpdateTable"):
            events.register(f"after-call.glue.{write}", look)
        store = SteppedStore(self.store, actor)
        return Registrar("glue", catalog, ParquetTable(store), store, LAKE, clock=self.clock, stop=Stop())
