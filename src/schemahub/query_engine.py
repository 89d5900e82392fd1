"""Query engines: what `sql` sends a query to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from schemahub._clock import Clock, Stop
    from schemahub.object_store import ObjectStore
    from schemahub.table import Table
    from schemahub.transformer import ArrowStream


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPlace:
    """What an engine works with: the lake's URL, its table and store, and how to wait.

    `clock.wait(seconds, stop)` raises `Cancelled` on a wish to stop.
    """

    lake: str
    table: Table
    store: ObjectStore
    clock: Clock
    stop: Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """The rows (None where a statement gives none), and what the engine has to say of the query.

    `figures` are named numbers and texts, such as the bytes that were scanned and what they cost.
    """

    rows: ArrowStream | None
    figures: tuple[tuple[str, object], ...] = ()


class QueryEngine(ABC):
    """Runs SQL over the table, which it knows as `trades`.

    The bundled `duckdb` reads the lake from this process. Register another one under the entry-point group
    `schemahub.query_engines`; the setting `query_engine` or `sql --engine` chooses it, `query_engines.{name}`
    are its options.
    """

    Options: ClassVar[type[BaseModel] | None] = None
    """A pydantic model of the settings `query_engines.{name}`; without one there are none."""

    def __init__(self, place: QueryPlace, options: Mapping[str, object]) -> None:
        """Keep the place and the options that a person set, checked against `Options`; do no I/O."""
        self._place = place
        self._options = options

    @abstractmethod
    def run(self, query: str) -> QueryAnswer:
        """Run a query and return its answer, with times that are aware and in UTC.

        A mistake in the query is a `ConfigError`. On a wish to stop, or whatever else ends the wait, the
        query is stopped wherever it runs.
        """
