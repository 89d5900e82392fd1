"""Ray for schemahub: units of work on a Ray cluster, or on processes of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub

if TYPE_CHECKING:
    from schemahub.executor import Executor


@schemahub.hookimpl
def schemahub_executor() -> type[Executor]:
    """Return the executor; Ray itself is imported when one is opened."""
    from schemahub_ray.executor import RayExecutor

    return RayExecutor
