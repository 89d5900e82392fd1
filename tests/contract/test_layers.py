"""A module imports from lower levels only; the picture of the house in docs/COMPONENT_DETAILS.md."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from tests.contract.tree import CORE, ROOT, files, imports, plugin_names, sources

if TYPE_CHECKING:
    from pathlib import Path

FLOORS = (
    "errors deprecation _clock times _parallel _turns",
    "model spans layout codec bodies",
    """_classify _locate _page_parts _seek _windows connector token_connector window_connector
    connector_config executor object_store raw_sink checkpoint lock transformer table manifest
    catalog query_engine events observer checkup hookspecs results settings""",
    "_plugins _http _owner _arguments _interrupts _progress _scaffold _executing",
    "_config",
    "_lake _registering",
    "_ingest _transform _compact _quality _query",
    "_lease _seed _exchange _recording _report",
    "_doctor _runner _run_events _process_lock",
    "_collecting",
    "_seeding",
    "_side_by_side",
    "_jobs",
    "_crews _rate_share",
    "_spread _reader",
    "hub",
    "cli",
)
LEVEL = {name: level for level, floor in enumerate(FLOORS) for name in floor.split()}
INTERFACES = LEVEL["connector"]
# The values, and the interfaces, are one vocabulary: they speak of each other.
SPEAK_OF_EACH_OTHER = {LEVEL["errors"], LEVEL["model"], INTERFACES}
BESIDE = {"builtin", "testing", ""}


def unit(module: str) -> str:
    """Return the part of `schemahub.x.y` that has a level: x; nothing for the package itself."""
    name = module.split(".")[1] if "." in module else ""
    return name if (CORE / name).is_dir() or (CORE / f"{name}.py").exists() else ""


def of_ours(path: Path) -> set[str]:
    return {unit(name) for name in imports(path) if name.split(".")[0] == "schemahub"} - {""}


def simulates(path: Path) -> bool:
    """Tell whether a plugin's module is of its simulated exchange, which stands on the engine for tests."""
    return "simulator" in {path.stem, path.parent.name}


def test_every_module_has_a_level() -> None:
    units = {
        path.relative_to(CORE).parts[0].removesuffix(".py") for path in sources() if CORE in path.parents
    }
    assert units - set(LEVEL) - BESIDE - {"__init__"} == set()


def test_imports_point_down() -> None:
    upward = []
    for path in sources():
        own = path.relative_to(CORE).parts[0].removesuffix(".py") if CORE in path.parents else "builtin"
        if own not in LEVEL:
            continue
        for target in of_ours(path) - {own} - BESIDE:
            below = LEVEL.get(target, 99) < LEVEL[own]
            beside = LEVEL[target] == LEVEL[own] and LEVEL[own] in SPEAK_OF_EACH_OTHER
            if not (below or beside):
                upward.append(f"{path.relative_to(CORE)} imports {target}")
    assert upward == []


def test_plugins_import_the_interfaces_alone_and_never_each_other() -> None:
    packages = {name.replace("-", "_") for name in plugin_names()}
    wrong = []
    for path in (path for path in sources() if CORE not in path.parents):
        own = path.relative_to(ROOT / "plugins").parts[2]
        units = of_ours(path) - ({"testing"} if simulates(path) else set())
        wrong += [f"{path.name}: {name}" for name in units if LEVEL.get(name, 99) > INTERFACES]
        others = {name.split(".")[0] for name in imports(path)} & packages - {own}
        wrong += [f"{path.name}: {name}" for name in others]
    assert wrong == []


def test_builtin_stands_on_the_interfaces_and_the_lake() -> None:
    allowed = {name for name, level in LEVEL.items() if level <= INTERFACES} | {"_lake", "builtin"}
    for path in files(".py"):
        if path.is_relative_to(CORE / "builtin"):
            assert of_ours(path) <= allowed, path.name


def test_nothing_imports_testing_or_the_command_line() -> None:
    lazily = {CORE / "cli" / "demo.py", CORE / "cli" / "simulate.py", CORE / "cli" / "record.py"}
    for path in sources():
        if path in lazily or path.is_relative_to(CORE / "testing") or simulates(path):
            continue
        assert "testing" not in of_ours(path), path
        assert "cli" not in of_ours(path) or path.is_relative_to(CORE / "cli"), path


def test_only_ingest_and_who_assembles_it_knows_http() -> None:
    knowing = {path.relative_to(CORE).parts[0] for path in sources() if "_http" in of_ours(path)}
    assert knowing <= {"_http", "_ingest", "_exchange.py", "testing"}


def test_the_check_itself_sees_imports() -> None:
    assert importlib.util.find_spec("schemahub") is not None
    assert "errors" in of_ours(CORE / "layout.py")
