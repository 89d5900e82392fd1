"""What a person may set under `tables.iceberg`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveInt

from schemahub.settings import Duration, Section


class IcebergOptions(Section):
    """Which catalog names the table's current state, and for how long earlier states stay readable."""

    catalog: Literal["sql", "glue", "rest"] = "sql"
    """The kind of catalog. `sql` without a `uri` is an SQLite file in the lake, for one machine."""
    uri: str | None = None
    """Where the catalog is: a database's URL for `sql`, a server's for `rest`."""
    namespace: str = Field(default="schemahub", pattern=r"^[a-z0-9_]+$")
    """The namespace (in Glue: the database) of the table."""
    name: str = Field(default="trades", pattern=r"^[a-z0-9_]+$")
    """The name of the table; every lake in one catalog needs a name of its own."""
    properties: dict[str, str] = Field(default_factory=dict)
    """More properties for PyIceberg, such as `s3.endpoint` or `rest.sigv4-enabled`."""
    history: Duration = "5d"
    """How long replaced states, and the files that they name, stay readable by `as_of`."""
    most_states: PositiveInt = 1_000
    """Earlier states kept at most: every reader loads a line of each."""
