"""Dask for schemahub: units of work on worker processes, on this machine or many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub

if TYPE_CHECKING:
    from schemahub.executor import Executor


@schemahub.hookimpl
def schemahub_executor() -> type[Executor]:
    """Return the executor; Dask itself is imported when one is opened."""
    from schemahub_dask.executor import DaskExecutor

    return DaskExecutor
