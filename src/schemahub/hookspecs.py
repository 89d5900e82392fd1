"""The hooks that pluggy broadcasts or collects.

Names of plugins come from entry-point metadata; these hooks hand over the classes behind the names. A
plugin's module holds one implementation per kind of thing it brings:

    @schemahub.hookimpl
    def schemahub_connector() -> type[Connector]:
        return Coinbase
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import click

    from schemahub.catalog import Catalog
    from schemahub.checkpoint import CheckpointStore
    from schemahub.checkup import Checkup, Finding
    from schemahub.connector import Connector
    from schemahub.events import Event
    from schemahub.executor import Executor
    from schemahub.lock import LockProvider
    from schemahub.object_store import ObjectStore
    from schemahub.observer import ConfiguredObserver
    from schemahub.query_engine import QueryEngine
    from schemahub.raw_sink import RawSink
    from schemahub.table import Table
    from schemahub.transformer import Transformer

API_LEVEL = 1
"""The level of the interfaces; a plugin module may state the one it was made for as `API_LEVEL`."""

hookspec = pluggy.HookspecMarker("schemahub")
hookimpl = pluggy.HookimplMarker("schemahub")


@hookspec(firstresult=True)
def schemahub_connector() -> type[Connector]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the connector (group `schemahub.connectors`)."""


@hookspec(firstresult=True)
def schemahub_object_store() -> type[ObjectStore]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the object store (group `schemahub.object_stores`)."""


@hookspec(firstresult=True)
def schemahub_raw_sink() -> type[RawSink]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the raw sink (group `schemahub.raw_sinks`)."""


@hookspec(firstresult=True)
def schemahub_checkpoint_store() -> type[CheckpointStore]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the checkpoint store (group `schemahub.checkpoint_stores`)."""


@hookspec(firstresult=True)
def schemahub_lock_provider() -> type[LockProvider]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the lock provider (group `schemahub.lock_providers`)."""


@hookspec(firstresult=True)
def schemahub_transformer() -> type[Transformer]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the transformer (group `schemahub.transformers`)."""


@hookspec(firstresult=True)
def schemahub_table() -> type[Table]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the table (group `schemahub.tables`)."""


@hookspec(firstresult=True)
def schemahub_catalog() -> type[Catalog]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the catalog (group `schemahub.catalogs`)."""


@hookspec(firstresult=True)
def schemahub_query_engine() -> type[QueryEngine]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the query engine (group `schemahub.query_engines`)."""


@hookspec(firstresult=True)
def schemahub_executor() -> type[Executor]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the executor (group `schemahub.executors`)."""


@hookspec(firstresult=True)
def schemahub_simulator() -> type:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return a subclass of `schemahub.testing.Dialect` (group `schemahub.simulators`).

    It is loaded by `schemahub simulate` and by tests, never by what ingests.
    """


@hookspec(firstresult=True)
def schemahub_command() -> click.Command:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return an extra command of the command line (group `schemahub.commands`)."""


@hookspec(firstresult=True)
def schemahub_variable(name: str, value: str) -> Mapping[str, str]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the settings that an environment variable stands for (group `schemahub.variables`).

    The entry point's name is the variable's; the module is imported only where it is set. The settings are
    a dictionary of dotted names: `{"locks.provider": "x", "lock_providers.x.table": value}`.
    """


@hookspec(firstresult=True)
def schemahub_checkup(asked: Checkup) -> Iterable[Finding]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return what `schemahub doctor` should tell of this plugin (group `schemahub.checkups`).

    Look at nothing that `asked` does not use, take no longer than a second, and show no secret.
    """


@hookspec(firstresult=True)
def schemahub_observer() -> type[ConfiguredObserver]:  # type: ignore[empty-body]  # pluggy specs have no body
    """Return the observer that is made for each hub, instead of `schemahub_event` (same group)."""


@hookspec
def schemahub_event(event: Event) -> None:
    """Observe an event (group `schemahub.observers`); every registered observer is called."""
