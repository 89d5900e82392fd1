"""Merge the sources, check the result, and turn every mistake into one clear sentence."""

from __future__ import annotations

import difflib
import os
import re
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from schemahub._config.settings import Settings
from schemahub._config.sources import Origins, add_arguments, add_environment, add_file
from schemahub._config.variables import add_variables
from schemahub.errors import ConfigError
from schemahub.settings import IngestSettings, Section

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from schemahub._config.sources import Name

M = TypeVar("M", bound=BaseModel)
_SECRET = re.compile("key|secret|token|pass|credential", re.IGNORECASE)
_USER_IN_URL = re.compile(r"(?<=//)[^/@\s]+(?=@)")


def load_settings(
    file: str | Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    arguments: Mapping[str, object] | None = None,
) -> Settings:
    """Return the settings; later sources win: defaults, YAML file, environment, arguments.

    In the environment, a plugin's own variable says less than one that begins with `SCHEMAHUB_`. Without
    `file`, `SCHEMAHUB_CONFIG` may name one. `arguments` maps dotted names (`ingest.workers`) to values. A
    mistake is a `ConfigError` with the place it was written at (file and line, variable or argument), what
    was expected and what was found.
    """
    environ = os.environ if environ is None else environ
    origins = Origins()
    file = file or environ.get("SCHEMAHUB_CONFIG")
    if file:
        add_file(origins, file)
    add_variables(origins, environ)
    add_environment(origins, environ, Settings.model_fields)
    add_arguments(origins, arguments or {})
    settings = _checked(Settings, origins.values, origins, ())
    settings._origins = origins  # noqa: SLF001 - `connector_config` asks for the places later
    return settings


def places_of(settings: Settings) -> Mapping[str, str]:
    """Return each setting that was given, by dotted name, and where: file and line, variable or argument."""
    return {".".join(name): place for name, place in settings._origins.places.items()}  # noqa: SLF001 - its own module


def with_ingest(settings: Settings, given: Mapping[str, object]) -> Settings:
    """Return the settings with some of `ingest` replaced; a mistake is a `ConfigError`."""
    origins = Origins()
    add_arguments(origins, {f"ingest.{name}": value for name, value in given.items()})
    values = {**settings.ingest.model_dump(), **given}
    changed = _checked(IngestSettings, values, origins, ("ingest",))
    return settings.model_copy(update={"ingest": changed})


def connector_config(settings: Settings, name: str, model: type[M]) -> M:
    """Return a connector's settings as its own `Config`; a mistake is a `ConfigError` with its place."""
    values = settings.connectors.get(name, {})
    return _checked(model, values, settings._origins, ("connectors", name))  # noqa: SLF001 - see above


def plugin_options(
    settings: Settings, kind: str, name: str, model: type[BaseModel] | None
) -> Mapping[str, object]:
    """Return what is set under `{kind}.{name}`, checked against the plugin's own `Options`.

    A mistake is a `ConfigError` with its place; so is anything set for a plugin that has no options.
    """
    values = getattr(settings, kind).get(name, {})
    checked = _checked(model or Section, values, settings._origins, (kind, name))  # noqa: SLF001 - see above
    return checked.model_dump(exclude_unset=True)


def _checked(model: type[M], values: Mapping[str, object], origins: Origins, prefix: Name) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _explained(model, error.errors()[0], origins, prefix) from error


def _explained(model: type[BaseModel], detail: ErrorDetails, origins: Origins, prefix: Name) -> ConfigError:
    inner = tuple(str(part) for part in detail["loc"])
    name = ".".join((*prefix, *inner))
    where = origins.place_of((*prefix, *inner))
    if detail["type"] == "extra_forbidden":
        known = _fields(model, inner[:-1])
        close = difflib.get_close_matches(inner[-1], known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else None
        expected = f"one of {', '.join(known)}" if known else "none here"
        return ConfigError(f"unknown setting {name!r}", where=where, expected=expected, hint=hint)
    # What stands in a secret's place must not get into a log (R8).
    found = "nothing" if detail["type"] == "missing" else _USER_IN_URL.sub("***", repr(detail["input"]))
    shown = None if _SECRET.search(name) else found
    return ConfigError(f"bad setting {name!r}", where=where, expected=_wish(detail["msg"]), found=shown)


def _fields(model: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    for part in path:
        field = model.model_fields.get(part)
        if field is None or not isinstance(field.annotation, type):
            return []
        model = field.annotation
    return list(model.model_fields)


def _wish(message: str) -> str:
    return re.sub(r"^(Input should be|Value error,) ", "", message)
