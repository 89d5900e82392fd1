"""Which keys the bundled stores accept."""

from __future__ import annotations

from schemahub.errors import ConfigError

_FIRST_PRINTABLE = " "


def checked(key: str) -> str:
    """Return `key` if it is relative, `/`-separated and stays inside the lake; `ConfigError` otherwise.

    A segment may not start with a dot: `..` would leave the lake, and names like `.tmp` and `.DS_Store`
    are no objects, so no listing shows them.
    """
    harmless = all(segment and not segment.startswith(".") for segment in key.split("/"))
    if not harmless or min(key) < _FIRST_PRINTABLE:
        msg = "not usable as an object's key"
        raise ConfigError(msg, expected="relative, no empty or hidden segment", found=repr(key))
    return key
