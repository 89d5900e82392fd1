"""Links in a lake's folder: a folder may lie elsewhere, but it has to be there."""

from __future__ import annotations

import os
from pathlib import Path

from schemahub.errors import ConfigError


def check_leads_somewhere(path: str | Path) -> None:
    """Refuse a path that is not there because a link on the way leads nowhere.

    A disk that is not mounted would look like a lake without a trade.
    """
    for part in (Path(path), *Path(path).parents):
        if os.path.islink(part) and not os.path.exists(part):  # noqa: PTH110, PTH114 - pathlib's raise on a loop
            msg = "a link in the lake's path leads nowhere"
            hint = "Mount the disk that it leads to, or remove the link."
            raise ConfigError(msg, where=str(part), found=str(part.readlink()), hint=hint)


def check_leads_onward(root: str, key: str) -> None:
    """Refuse a link to a folder that it lies in itself: listing it would have no end.

    `key` is the link's; it lies in each folder that its key names, wherever those really are.
    """
    target = os.path.realpath(f"{root}/{key}")
    folders = [f"{root}/{parent}" for parent in Path(key).parents]
    if any(Path(os.path.realpath(folder)).is_relative_to(target) for folder in folders):
        msg = "a link in the lake leads back to a folder that it lies in"
        raise ConfigError(msg, where=f"{root}/{key}", found=target, hint="Remove the link.")
