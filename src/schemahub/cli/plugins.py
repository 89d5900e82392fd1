"""`schemahub plugins`: what is installed."""

from __future__ import annotations

from dataclasses import dataclass

import click

from schemahub._plugins import KINDS, PluginInfo, installed, problem
from schemahub.cli._help import examples
from schemahub.cli._output import finish
from schemahub.results import Grid, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginReport(Result):
    """The installed plugins; `problems` says why some cannot be used, where they were tried."""

    plugins: tuple[PluginInfo, ...]
    problems: tuple[str | None, ...]
    checked: bool

    @property
    def complete(self) -> bool:
        """Tell whether no plugin is known to be broken."""
        return not any(self.problems)

    def headline(self) -> str:
        """Return how many there are."""
        text = f"{len(self.plugins)} plugins"
        broken = sum(map(bool, self.problems))
        return f"{text}, {broken} broken" if self.checked else f"{text} (not tried: see --check)"

    def grids(self) -> tuple[Grid, ...]:
        """Return one line a plugin."""
        columns = ("kind", "name", "distribution", "version", *(("state",) if self.checked else ()))
        rows = tuple(map(self._row, self.plugins, self.problems))
        broken = tuple((trouble,) for trouble in self.problems if trouble)
        return (Grid(title="", columns=columns, rows=rows), Grid(title="", columns=("why",), rows=broken))

    def _row(self, info: PluginInfo, trouble: str | None) -> tuple[str, ...]:
        state = ("broken" if trouble else "ok",) if self.checked else ()
        return (KINDS[info.kind].singular, info.name, info.distribution, info.version, *state)


@click.command(
    "plugins",
    epilog=examples(
        ("What is installed", "schemahub plugins"),
        ("What of it works", "schemahub plugins --check"),
    ),
)
@click.option("--check", is_flag=True, help="Import each plugin and report those that cannot be used.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, check: bool, as_json: bool) -> None:
    """List installed plugins, importing none; with --check each is tried, and exit 1 if one is broken."""
    found = installed()
    problems = tuple(problem(info) if check else None for info in found)
    finish(PluginReport(plugins=found, problems=problems, checked=check), as_json=as_json)
