"""Every installed plugin, tried; and what plugins themselves have to say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from schemahub._plugins import KINDS, checkup_of, installed
from schemahub._plugins import problem as trouble_of
from schemahub.checkup import Finding, problem, well
from schemahub.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.checkup import Checkup


def look_at_plugins() -> Iterator[Finding]:
    """Import each plugin; tell of each that cannot be used, and of names that two distributions bring."""
    found = installed()
    broken = [(info, trouble) for info in found if (trouble := trouble_of(info))]
    yield well("plugins", "installed", f"{len(found) - len(broken)} of {len(found)} can be used")
    for info, trouble in broken:
        hint = f"Upgrade or uninstall {info.distribution}; schemahub plugins --check says more."
        yield problem("plugins", f"{KINDS[info.kind].singular} {info.name}", trouble, hint)
    names = Counter((info.kind, info.name) for info in found)
    for (kind, name), times in names.items():
        # Observers and checkups are all called; of the others one is chosen by its name.
        if times > 1 and KINDS[kind].base:
            yield problem(
                "plugins",
                f"{KINDS[kind].singular} {name}",
                f"{times} distributions bring it",
                "Uninstall all but one of them.",
            )


def ask_plugins(asked: Checkup) -> Iterator[Finding]:
    """Tell what plugins find where only they know what to look at; one that fails is a problem itself."""
    for info in installed("checkups"):
        try:
            yield from checkup_of(info, asked)
        except PluginError as error:
            yield problem("plugins", f"checkup {info.name}", str(error))
