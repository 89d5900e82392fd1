"""What the Ray executor can be told."""

from __future__ import annotations

from pydantic import Field

from schemahub.settings import Section


class RayOptions(Section):
    """`executors.ray` in the settings."""

    cpus_per_unit: float = Field(default=1.0, gt=0)
    """What Ray reserves for a unit: with 2, half as many run at once on the same machines."""
    worker_retries: int = Field(default=3, ge=0)
    """Times that Ray itself begins a unit again whose worker died."""
