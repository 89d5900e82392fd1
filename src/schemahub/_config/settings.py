"""All settings together; docs/CONFIGURATION.md lists them."""

from __future__ import annotations

from pydantic import Field, PrivateAttr

from schemahub._config.sources import Origins
from schemahub.settings import (
    CompactSettings,
    ExecutorSettings,
    FileSettings,
    HttpSettings,
    IngestSettings,
    LockSettings,
    Names,
    QualitySettings,
    RunSettings,
    Section,
    TransformSettings,
)


class Settings(Section):
    """All settings. An environment name is `SCHEMAHUB_{SECTION}__{FIELD}`."""

    lake: str | None = None
    """URL or path of the lake."""
    exchange: str = "coinbase"
    """The exchange that commands work on when none is named."""
    exchanges: Names = ()
    """Exchanges that commands which ask exchanges work on at once when none is named, in place of the one."""
    raw_sink: str = "objects"
    """Name of the raw sink."""
    checkpoint_store: str = "objects"
    """Name of the checkpoint store."""
    table: str = "parquet"
    """Name of the table format."""
    transformer: str = "mapping"
    """Name of the transformer."""
    catalog: str | None = None
    """Name of the catalog that is told where the table's data is; none if not given."""
    query_engine: str = "duckdb"
    """Name of the engine that `sql` sends queries to."""
    progress: bool = True
    """Show how far commands are, in a notebook and on a terminal; never in a pipe."""
    ingest: IngestSettings = IngestSettings()
    """How trades are fetched."""
    http: HttpSettings = HttpSettings()
    """How requests are sent."""
    locks: LockSettings = LockSettings()
    """How runners keep out of each other's way."""
    executor: ExecutorSettings = ExecutorSettings()
    """Where units of work are done."""
    transform: TransformSettings = TransformSettings()
    """How raw becomes the table."""
    files: FileSettings = FileSettings()
    """How the table's files are written."""
    compact: CompactSettings = CompactSettings()
    """How small files become large ones."""
    runs: RunSettings = RunSettings()
    """What is kept of runs."""
    quality: QualitySettings = QualitySettings()
    """What is late or unusual."""
    connectors: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Settings of connectors by name; each is checked against the connector's own `Config`."""
    tables: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Options of tables by name; each is checked against the table's own `Options`."""
    catalogs: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Options of catalogs by name; each is checked against the catalog's own `Options`."""
    query_engines: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Options of query engines by name; each is checked against the engine's own `Options`."""
    object_stores: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Options of object stores by URL scheme; each is checked against the store's own `Options`."""
    lock_providers: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Options of lock providers by name; each is checked against the provider's own `Options`."""
    executors: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Options of executors by name; each is checked against the executor's own `Options`."""
    observers: dict[str, dict[str, object]] = Field(default_factory=dict)
    """Options of observers by name; each is checked against the observer's own `Options`."""
    mappings: dict[str, str] = Field(default_factory=dict)
    """Paths of mapping files by exchange, in place of the shipped ones."""

    _origins: Origins = PrivateAttr(default_factory=Origins)
