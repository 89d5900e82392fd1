"""`import schemahub` costs next to nothing, and promises what it names."""

from __future__ import annotations

import json
import subprocess
import sys

import schemahub

MOST_MODULES = 90
HEAVY = {"httpx", "pydantic", "yaml", "pyarrow", "duckdb", "msgspec", "rich", "click", "importlib.metadata"}


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    # -I -S: what the environment itself loads at start is not the package's doing; the path is handed over.
    code = f"import sys\nsys.path[:] = {sys.path!r}\n{code}"
    command = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own
    return set(json.loads(done.stdout))


def test_importing_the_package_is_light() -> None:
    modules = loaded_by("import schemahub")
    assert not modules & HEAVY
    assert len(modules) <= MOST_MODULES, sorted(modules)


def test_the_interfaces_are_light_too() -> None:
    modules = loaded_by("import schemahub; schemahub.Connector; schemahub.Page; schemahub.hookimpl")
    assert not modules & HEAVY - {"importlib.metadata"}


def test_all_names_what_there_is() -> None:
    public = {name for name in dir(schemahub) if not name.startswith("_")} | {"__version__"}
    assert set(schemahub.__all__) == public
    assert list(schemahub.__all__) == sorted(schemahub.__all__)
    for name in schemahub.__all__:
        assert getattr(schemahub, name) is not None
    assert set(schemahub._HOME) == set(schemahub.__all__) - {"__version__"}


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    assert not hasattr(schemahub, "no_such_name")
