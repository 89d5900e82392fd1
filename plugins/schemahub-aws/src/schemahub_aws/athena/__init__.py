"""The query engine named `athena`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub import hookimpl

if TYPE_CHECKING:
    from schemahub.query_engine import QueryEngine


@hookimpl
def schemahub_query_engine() -> type[QueryEngine]:
    """Return the class behind `query_engine: athena`."""
    from schemahub_aws.athena.engine import AthenaEngine

    return AthenaEngine
