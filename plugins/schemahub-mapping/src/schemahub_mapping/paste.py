"""The line of a mapping that leaves fields out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub_mapping.spec import Field, Mapping

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_OTHER_MEANING = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def ignore_line(mapping: Mapping, more: Iterable[str]) -> str:
    """Return the whole line, with what the mapping ignores already: it takes the place of that one."""
    by_index = any(isinstance(field, int) for field in mapping.fields)
    fields: list[Field] = [*mapping.ignore, *(int(name) if by_index else name for name in more)]
    return f"ignore: [{', '.join(map(yaml_of, dict.fromkeys(fields)))}]"


def yaml_of(field: Field) -> str:
    """Return a field as YAML writes it: an index bare, a name in quotes where it needs them."""
    if isinstance(field, int) or (_PLAIN.fullmatch(field) and field.lower() not in _OTHER_MEANING):
        return str(field)
    quoted = field.replace("'", "''")
    return (
        f"'{quoted}'"
        if field.isprintable()
        else '"' + field.encode("unicode_escape").decode().replace('"', '\\"') + '"'
    )
