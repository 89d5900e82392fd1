"""What Dagster hands to the assets: a lake, and where its work is done."""

from typing import Any

import dagster as dg
from pydantic import Field

import schemahub


class Executor(dg.ConfigurableResource):
    """Where `transform` and `backfill` do their units: the settings `executor` of schemahub."""

    name: str = "inline"
    """Name of the executor: `inline` and `threads` are the core's, others a plugin's."""
    address: str | None = None
    """Where its workers are; without it they are started for each step, and end with it."""
    workers: int | None = None
    """Units at the same time; what the executor finds if not given."""

    def overrides(self) -> dict[str, object]:
        """Return what is chosen here, by the dotted names of the settings."""
        chosen = {"name": self.name, "address": self.address, "workers": self.workers}
        return {f"executor.{field}": value for field, value in chosen.items() if value is not None}


class Lake(dg.ConfigurableResource):
    """One lake. Settings come from `config`, then the environment of the step, then from here."""

    url: str
    """Path or URL; every process that Dagster starts a step in must find the same lake there."""
    config: str | None = None
    """A YAML file with settings."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Settings by their dotted names, as `ingest.workers`. Dagster shows them: no secrets."""
    executor: Executor | None = None
    """Where units are done; what the settings say if not given."""

    def hub(self) -> schemahub.Hub:
        """Open the lake, quietly; a new hub for each step, as steps share nothing."""
        chosen = self.executor.overrides() if self.executor else {}
        overrides = {**self.settings, **chosen}
        return schemahub.open(self.url, config=self.config, overrides=overrides, progress=False)
