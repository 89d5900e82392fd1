"""`schemahub new connector`: what it writes installs, passes its own tests, and works end to end."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import ended

from schemahub._scaffold import connector_files

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGINGS = ("position", "token", "window")
EXAMPLE = Path(__file__).parents[2] / "examples" / "schemahub-okx"
MOST_LINES = 200
"""What a newcomer's exchange may cost its author, mapping and tests included."""
LONG = "killed_anywhere or two_runners or not_fetched_again"
"""Rules that take long and look at the core as much as at a connector; `nox -s soak` runs them too."""
QUICK = ("-q", "-p", "no:cacheprovider", "-k", f"not ({LONG})")


class Fresh:
    """An environment of its own: nothing is installed there but the new distributions.

    It sees the libraries and the schemahub that run these tests, which saves installing them again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "env" / "bin" / "python"
        _run(sys.executable, "-m", "venv", "--without-pip", str(folder / "env"))
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        beside = folder / "env" / "lib" / version / "site-packages" / "beside.pth"
        beside.write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
        for paging in PAGINGS:
            options = ("--into", str(folder), "--paging", paging)
            _run(sys.executable, "-m", "schemahub.cli", "new", "connector", f"x{paging}", *options)
        pip = (sys.executable, "-m", "pip", "--python", str(self.python), "install", "-q")
        offline = ("--disable-pip-version-check", "--no-index", "--no-deps", "--no-build-isolation")
        shutil.copytree(EXAMPLE, folder / EXAMPLE.name)
        projects = (*map(self.project, PAGINGS), folder / EXAMPLE.name)
        _run(*pip, *offline, *map(str, projects))

    def project(self, paging: str) -> Path:
        return self.folder / f"schemahub-x{paging}"

    def must(self, *arguments: str, cwd: Path | None = None, **environment: str) -> str:
        return _run(str(self.python), "-m", *arguments, cwd=cwd or self.folder, **environment)

    @contextmanager
    def simulated(self, name: str) -> Iterator[str]:
        command = [str(self.python), "-m", "schemahub.cli", "simulate", name, "--json", "--trades", "3000"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        with ended(process):
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]


def _run(*command: str, cwd: Path | None = None, **environment: str) -> str:
    # Settings of whoever runs the tests are not ours.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMAHUB_")}
    done = subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=cwd,
        env={**ours, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command} exited with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    return Fresh(tmp_path_factory.mktemp("scaffold"))


def test_a_newcomers_exchange_keeps_the_rules_too(fresh: Fresh) -> None:
    real = {name: value for name, value in os.environ.items() if name == "SCHEMAHUB_REAL_DATA"}
    told = fresh.must("pytest", *QUICK, cwd=fresh.folder / EXAMPLE.name, **real)
    assert "CT-CON  TestSimulated: " in told
    assert "FAILED" not in told


def test_a_newcomers_exchange_costs_few_lines() -> None:
    begun = connector_files("okx", "position")
    written = {}
    for path in sorted(EXAMPLE.rglob("*")):
        place = path.relative_to(EXAMPLE).as_posix()
        if place.startswith(("src/", "tests/")) and path.suffix in {".py", ".yaml"}:
            written[path.name] = _new_lines(begun.get(place, ""), path.read_text(encoding="utf-8"))
    total = sum(written.values())
    assert total < MOST_LINES, written
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert f"mapping and tests included | {total} |" in readme
    assert all(f" {count} |" in readme for count in written.values())


def _new_lines(before: str, after: str) -> int:
    changes = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    added = [line[1:] for line in changes if line.startswith("+") and not line.startswith("+++")]
    return sum(bool(line.strip()) for line in added)


@pytest.mark.soak
@pytest.mark.parametrize("paging", PAGINGS)
def test_its_long_tests_pass(fresh: Fresh, paging: str) -> None:
    if "SOAK_EXAMPLES" not in os.environ:
        pytest.skip("takes a minute: nox -s soak")
    fresh.must("pytest", "-q", "-p", "no:cacheprovider", "-k", LONG, cwd=fresh.project(paging))


def test_its_plugins_are_listed_and_sound(fresh: Fresh) -> None:
    report = json.loads(fresh.must("schemahub.cli", "plugins", "--check", "--json"))
    assert report["complete"]
    found = {(plugin["kind"], plugin["name"], plugin["distribution"]) for plugin in report["plugins"]}
    for kind in ("connectors", "mappings", "simulators"):
        assert {(kind, f"x{paging}", f"schemahub-x{paging}") for paging in PAGINGS} <= found


@pytest.mark.parametrize("paging", PAGINGS)
def test_the_whole_way_and_its_own_tests(fresh: Fresh, paging: str, tmp_path: Path) -> None:
    name = f"x{paging}"
    with fresh.simulated(name) as url:
        settings = {
            "SCHEMAHUB_LAKE": str(tmp_path / "lake"),
            "SCHEMAHUB_EXCHANGE": name,
            f"SCHEMAHUB_CONNECTORS__{name.upper()}__BASE_URL": url,
        }
        assert "2 products to collect" in fresh.must("schemahub.cli", "update-seed", **settings)
        ingested = json.loads(fresh.must("schemahub.cli", "ingest", "--since", "6h", "--json", **settings))
        cassettes = ("--product", "BTC-USD", "--out", str(fresh.project(paging) / "tests" / "cassettes"))
        fresh.must("schemahub.cli", "record", name, *cassettes, **settings)
    assert all(product["trades"] > 100 for product in ingested["products"])
    fresh.must("schemahub.cli", "transform", **settings)
    fresh.must("schemahub.cli", "verify", "--deep", **settings)
    query = "SELECT count(*) AS n, min(side) AS a, max(side) AS z, min(symbol) AS s FROM trades"
    (row,) = json.loads(fresh.must("schemahub.cli", "sql", "--format", "json", query, **settings))
    stored = sum(product["trades"] for product in ingested["products"])
    assert row == {"n": stored, "a": "BUY", "z": "SELL", "s": "BTC-USD"}
    told = fresh.must("pytest", *QUICK, cwd=fresh.project(paging))
    assert "CT-CON  TestSimulated: " in told
    assert "CT-CAS  TestRecorded: " in told
    assert "FAILED" not in told


def test_linters_find_nothing(fresh: Fresh) -> None:
    first, *rest = projects = [*map(fresh.project, PAGINGS), fresh.folder / EXAMPLE.name]
    _run(sys.executable, "-m", "ruff", "format", "--check", *map(str, projects))
    _run(sys.executable, "-m", "ruff", "check", "--no-cache", *map(str, projects))
    # All tests are alike, and a module of a name is checked once.
    sources = ("src", "tests", *(str(project / "src") for project in rest))
    options = ("--python-executable", str(fresh.python), "--cache-dir", str(fresh.folder / "mypy"))
    _run(sys.executable, "-m", "mypy", *options, *sources, cwd=first)


def test_what_is_left_to_its_author_is_marked(fresh: Fresh) -> None:
    for paging in PAGINGS:
        marks = (fresh.project(paging) / "src" / f"schemahub_x{paging}" / "connector.py").read_text()
        assert all(f"CHANGE {number} of 3" in marks for number in (1, 2, 3))
