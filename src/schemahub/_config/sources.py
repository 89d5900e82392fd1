"""Where settings come from: each source becomes values with their origins."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from schemahub._config.yaml_file import read_yaml
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIX = "SCHEMAHUB_"
NOT_SETTINGS = frozenset({"CONFIG", "DEBUG", "PLUGINS_STRICT", "REAL_DATA"})
"""Variables with the prefix that other parts of schemahub read."""

Name = tuple[str, ...]
"""A setting's name, part by part: `("ingest", "workers")`."""


@dataclass(frozen=True, slots=True)
class Origins:
    """The values of all sources merged, and for each path where the winner was written."""

    values: dict[str, object] = field(default_factory=dict)
    places: dict[Name, str] = field(default_factory=dict)

    def put(self, name: Name, value: object, place: str) -> None:
        """Set one value, over whatever an earlier source said."""
        *sections, field_name = name
        target = self.values
        for section in sections:
            inner = target.get(section)
            if not isinstance(inner, dict):
                inner = target[section] = {}
            target = inner
        target[field_name] = value
        self.places[name] = place

    def place_of(self, name: Name) -> str:
        """Return where `name`, something inside it, or the closest around it, was written."""
        inside = (place for known, place in self.places.items() if known[: len(name)] == name)
        around = (self.places[name[:end]] for end in range(len(name), 0, -1) if name[:end] in self.places)
        return next(chain(around, inside), "settings")


def add_file(origins: Origins, file: str | Path) -> None:
    """Add a YAML file's values, with their lines."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = "the configuration file cannot be read"
        raise ConfigError(
            msg,
            where=str(file),
            found=getattr(error, "strerror", None) or str(error),
            hint="Check --config, or SCHEMAHUB_CONFIG.",
        ) from error
    for name, value, line in read_yaml(text, str(file)):
        origins.put(name, value, f"{file}:{line}")


def add_environment(origins: Origins, environ: Mapping[str, str], known: Iterable[str]) -> None:
    """Add `SCHEMAHUB_{SECTION}__{FIELD}` and `SCHEMAHUB_{FIELD}`; an empty one counts as unset.

    A name without a section that is not even close to a setting is left alone: container platforms put
    names such as `SCHEMAHUB_SERVICE_HOST` there unasked.
    """
    settings = list(known)
    for variable, value in sorted(environ.items()):
        rest = variable.removeprefix(PREFIX)
        if rest == variable or not value or rest in NOT_SETTINGS:
            continue
        name = tuple(part.lower() for part in rest.split("__"))
        if len(name) > 1 or difflib.get_close_matches(name[0], settings, cutoff=0.8):
            origins.put(name, value, variable)


def add_arguments(origins: Origins, arguments: Mapping[str, object]) -> None:
    """Add what a caller gave explicitly, by dotted name; None counts as not given."""
    for name, value in arguments.items():
        if value is not None:
            origins.put(tuple(name.split(".")), value, f"argument {name}")
