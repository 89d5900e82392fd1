"""What Athena reads of a partitioned table: for each partition, all that lies in its folder.

The server that stands in for it runs SQL, and knows nothing of partitions: it reads all below the table's own
location. So a query is put to tables that are made for the purpose, one for each partition, at the location
that the catalog has for it.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from schemahub_aws.glue.shapes import storage

if TYPE_CHECKING:
    from schemahub._query.answer import SqlResult
    from schemahub.hub import Hub

Client = Any
"""What boto3 returns: it makes its classes when it runs."""
_numbers = itertools.count()


def locations(glue: Client, database: str, table: str = "trades") -> dict[str, str]:
    """Return where each partition is, by day."""
    found = glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"]
    assert len({one["Values"][0] for one in found}) == len(found)
    return {one["Values"][0]: one["StorageDescriptor"]["Location"] for one in found}


def ask(hub: Hub, glue: Client, database: str, query: str) -> SqlResult:
    """Put a query over `trades` to Athena as Athena would read it."""
    parts = []
    for day, location in sorted(locations(glue, database).items()):
        name = f"part_{next(_numbers)}"
        made = {
            "Name": name,
            "StorageDescriptor": storage(location),
            "Parameters": {"classification": "parquet"},
        }
        glue.create_table(DatabaseName=database, TableInput=made)
        parts.append(f"SELECT *, DATE '{day}' AS trade_date FROM {name}")  # noqa: S608 - our own names
    return hub.sql(f"WITH trades AS ({' UNION ALL '.join(parts)}) {query}", engine="athena")
