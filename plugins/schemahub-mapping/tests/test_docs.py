"""The page on mappings names what there is."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from schemahub_mapping.command import command
from schemahub_mapping.reading import FILE_KEYS
from schemahub_mapping.reading_column import COLUMN_KEYS
from schemahub_mapping.spec import FORMATS, TYPES

PAGE = Path(__file__).parents[3] / "docs" / "MAPPINGS.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the distribution stands alone")


@pytest.mark.parametrize(
    "name",
    [
        *FILE_KEYS,
        *COLUMN_KEYS,
        *FORMATS,
        *TYPES,
        *sorted({kind for kinds in TYPES.values() for kind in kinds}),
    ],
)
def test_every_key_type_and_format_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(command.commands))
def test_every_option_is_listed(name: str) -> None:
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    (section,) = (one for one in sections if one.startswith(f"`schemahub mapping {name}`\n"))
    for parameter in command.commands[name].params:
        option = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
        assert f"| `{option}" in section
