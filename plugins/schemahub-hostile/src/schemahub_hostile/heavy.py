"""A plugin that loads what it does not need (CT-CON-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

import schemahub
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from typing import ClassVar

API_LEVEL = 1
LOADED = httpx.__version__


class Heavy(Sound):
    """Sound, and slow to import."""

    name: ClassVar[str] = "hostileheavy"


@schemahub.hookimpl
def schemahub_connector() -> type[Heavy]:
    """Hand over the connector."""
    return Heavy
