"""The kinds of plugins: entry-point group, hook, and what the hook has to return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind: `name` is the group without its prefix, `base` is `module:Class`.

    The hook returns a subclass of `base`, or an instance of it where `instance` is set. A kind without a
    base is used otherwise: mappings are files, observers only listen (and may implement `other_hook`).
    """

    name: str
    singular: str
    hook: str | None = None
    other_hook: str | None = None
    base: str | None = None
    instance: bool = False

    @property
    def group(self) -> str:
        """Return the entry-point group."""
        return f"schemahub.{self.name}"


_ALL = (
    Kind(
        name="connectors",
        singular="connector",
        hook="schemahub_connector",
        base="schemahub.connector:Connector",
    ),
    Kind(
        name="object_stores",
        singular="object store",
        hook="schemahub_object_store",
        base="schemahub.object_store:ObjectStore",
    ),
    Kind(name="raw_sinks", singular="raw sink", hook="schemahub_raw_sink", base="schemahub.raw_sink:RawSink"),
    Kind(
        name="checkpoint_stores",
        singular="checkpoint store",
        hook="schemahub_checkpoint_store",
        base="schemahub.checkpoint:CheckpointStore",
    ),
    Kind(
        name="lock_providers",
        singular="lock provider",
        hook="schemahub_lock_provider",
        base="schemahub.lock:LockProvider",
    ),
    Kind(
        name="transformers",
        singular="transformer",
        hook="schemahub_transformer",
        base="schemahub.transformer:Transformer",
    ),
    Kind(name="tables", singular="table", hook="schemahub_table", base="schemahub.table:Table"),
    Kind(name="catalogs", singular="catalog", hook="schemahub_catalog", base="schemahub.catalog:Catalog"),
    Kind(
        name="query_engines",
        singular="query engine",
        hook="schemahub_query_engine",
        base="schemahub.query_engine:QueryEngine",
    ),
    Kind(
        name="executors",
        singular="executor",
        hook="schemahub_executor",
        base="schemahub.executor:Executor",
    ),
    Kind(name="mappings", singular="mapping"),
    Kind(
        name="simulators",
        singular="simulator",
        hook="schemahub_simulator",
        base="schemahub.testing.simulator.dialect:Dialect",
    ),
    Kind(name="commands", singular="command", hook="schemahub_command", base="click:Command", instance=True),
    Kind(name="variables", singular="variable", hook="schemahub_variable"),
    Kind(name="checkups", singular="checkup", hook="schemahub_checkup"),
    Kind(name="observers", singular="observer", hook="schemahub_event", other_hook="schemahub_observer"),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
"""Every kind by name, in the order that people are shown."""
