"""The docs name what there is, link to what exists, and hold examples that run."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.contract.tree import ROOT, files

from schemahub import errors, events, hookspecs
from schemahub._config import Settings
from schemahub.cli._commands import COMMANDS
from schemahub.connector_config import ConnectorConfig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import click
    from pydantic import BaseModel

PAGES = files(".md")
OF_A_LAKE = {"--lake", "--s3-bucket", "--config", "--json"}


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def row_of(text: str, name: str) -> str:
    return next((line for line in text.splitlines() if line.startswith(f"| `{name}`")), "")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        if target.startswith(("http:", "https:")):
            continue
        found = path.parent / target if target else path
        assert found.exists(), link
        if anchor:
            assert anchor in anchors(found), link


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_hook_event_and_error_is_named() -> None:
    text = page("COMPONENT_DETAILS.md")
    hooks = [name for name in vars(hookspecs) if name.startswith("schemahub_")]
    classes = [
        name
        for module, base in ((events, events.Event), (errors, errors.SchemahubError))
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, base) and value is not events.Event
    ]
    assert hooks
    assert [name for name in (*hooks, *classes) if not row_of(text, name)] == []


def settings_of(model: type[BaseModel], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, str, object]]:
    for name, field in model.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        if inner is not None:
            yield from settings_of(field.annotation, (*prefix, name))  # type: ignore[arg-type]  # it is a model
        else:
            path = (*prefix, name)
            yield ".".join(path), "__".join(path).upper(), field.default


def test_every_setting_is_listed_with_its_variable_and_default() -> None:
    text = page("CONFIGURATION.md")
    for name, variable, default in settings_of(Settings):
        row = row_of(text, name)
        assert f"`SCHEMAHUB_{variable}" in row, name
        if isinstance(default, (str, int, float)):
            assert f"| `{default}` |" in row, name
    assert [name for name in ConnectorConfig.model_fields if not row_of(text, name)] == []


def test_every_command_and_option_is_listed() -> None:
    sections = dict(
        re.findall(r"^## `([\w-]+)`\n(.*?)(?=^## |\Z)", page("COMMANDS.md"), re.MULTILINE | re.DOTALL)
    )
    assert set(sections) == set(COMMANDS)
    for name, (module, line) in COMMANDS.items():
        assert line in sections[name]
        if importlib.util.find_spec(module) is None:
            continue
        command: click.Command = importlib.import_module(module).command
        options = {
            option for parameter in command.params for option in parameter.opts if option.startswith("--")
        }
        if options >= OF_A_LAKE:
            options -= OF_A_LAKE
            assert "Works on a lake." in sections[name]
        assert [option for option in options if f"`{option}" not in sections[name]] == [], name


def examples() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        for code in re.findall(
            r"^```python run\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        ):
            yield str(path.relative_to(ROOT)), code


@pytest.mark.parametrize(("source", "code"), list(examples()))
def test_examples_marked_to_run_do(source: str, code: str, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own
    assert done.returncode == 0, f"{source}: {done.stderr}"


def test_the_readme_begins_with_one_command_to_see_and_one_to_test() -> None:
    blocks = re.findall(
        r"^```bash\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    demo, tests = blocks[:2]
    assert demo.count("\n") == tests.count("\n") == 1
    assert demo.rstrip().endswith(".venv/bin/schemahub demo")
    assert ".venv/bin/python -m pytest -q" in tests
