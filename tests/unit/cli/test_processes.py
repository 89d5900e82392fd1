"""What only a real process shows: imports, exit codes, tracebacks, pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

HEAVY = {"httpx", "pydantic", "yaml", "pyarrow", "duckdb", "msgspec", "rich"}


def schemahub(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schemahub.cli", *args]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMAHUB_")}
    return subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, env={**environ, **env}, timeout=60
    )


def python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(  # noqa: S603 - our own code
        command, capture_output=True, text=True, check=False, timeout=60
    )


def test_help_lists_every_command_and_imports_none() -> None:
    code = """
import sys, json
from schemahub.cli import main
sys.argv = ["schemahub", "--help"]
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
    done = python(code)
    loaded = set(json.loads(done.stderr))
    assert done.returncode == 0
    assert not loaded & HEAVY
    assert {name for name in loaded if name.startswith("schemahub.cli.")} <= {
        "schemahub.cli._commands",
        "schemahub.cli._failures",
        "schemahub.cli._group",
        "schemahub.cli._terminal",
    }
    for name in ("demo", "ingest", "simulate", "version"):
        assert f"  {name} " in done.stdout


def test_version_and_plugins_answer_in_json() -> None:
    assert json.loads(schemahub("version", "--json").stdout)["schemahub"]
    done = schemahub("plugins", "--json")
    names = {(plugin["kind"], plugin["name"]) for plugin in json.loads(done.stdout)["plugins"]}
    assert {("object_stores", "file"), ("tables", "parquet")} <= names


def test_listing_plugins_imports_none_of_them() -> None:
    code = """
import sys
from schemahub._plugins import installed
modules = {info.module for info in installed()}
assert modules, "nothing is installed"
sys.exit(", ".join(modules & set(sys.modules)))
"""
    done = python(code)
    assert done.stderr.strip() == ""


def test_a_users_mistake_is_one_line() -> None:
    done = schemahub("status", "--lake", "x", "--config", "no-such-file.yaml")
    assert done.returncode == 2
    assert done.stderr.startswith("error: no-such-file.yaml: the configuration file cannot be read")
    assert len(done.stderr.splitlines()) == 1


BROKEN = """
import sys
import schemahub.cli._commands as table
from schemahub.cli import main
table.COMMANDS["status"] = ("no_such_module", "Broken.")
sys.argv = ["schemahub", "status"]
main()
"""


def test_what_nobody_foresaw_is_one_line_and_a_hint() -> None:
    done = python(BROKEN)
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first == "unexpected error: ModuleNotFoundError: No module named 'no_such_module'"
    assert "SCHEMAHUB_DEBUG=1" in second


def test_debugging_shows_the_traceback() -> None:
    done = python("import os; os.environ['SCHEMAHUB_DEBUG'] = '1'\n" + BROKEN)
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr


def test_a_closed_pipe_is_quiet() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "schemahub.cli", "plugins", "--json"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(write)
    assert done.stderr == b""
