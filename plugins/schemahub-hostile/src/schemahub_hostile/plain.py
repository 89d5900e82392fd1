"""A plugin that states no level and ships no mapping (CT-CON-03, CT-CON-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from typing import ClassVar


class Plain(Sound):
    """Sound, in a plugin that is not."""

    name: ClassVar[str] = "hostileplain"


@schemahub.hookimpl
def schemahub_connector() -> type[Plain]:
    """Hand over the connector."""
    return Plain
