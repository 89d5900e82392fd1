"""What may be written to a terminal, and what people and scripts asked for instead."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping


def forced_colours(environ: Mapping[str, str] | None = None) -> bool | None:
    """Return what the environment says of colours; None if it leaves it to where the output goes.

    `NO_COLOR` forbids them and `FORCE_COLOR` asks for them, if not empty; forbidding wins.
    """
    environ = os.environ if environ is None else environ
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return True if environ.get("FORCE_COLOR") else None


def has_colours(stream: TextIO, environ: Mapping[str, str] | None = None) -> bool:
    """Tell whether a stream gets colours: a terminal, unless the environment says otherwise."""
    forced = forced_colours(environ)
    return stream.isatty() if forced is None else forced
