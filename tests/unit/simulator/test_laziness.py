from __future__ import annotations

import subprocess
import sys

from schemahub import testing

HEAVY = {"httpx", "click", "http.server", "pydantic", "pyarrow"}


def loaded(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules, sep='\\n')"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603 - this interpreter
    return set(out.stdout.split())


def test_importing_the_package_loads_none_of_it() -> None:
    modules = loaded("import schemahub.testing")
    assert not [name for name in modules if name.startswith("schemahub.testing.")]
    assert not HEAVY & modules


def test_the_engine_needs_no_http_library() -> None:
    assert "httpx" not in loaded("from schemahub.testing import SimulatedCoinbase; SimulatedCoinbase()")


def test_every_public_name_is_there() -> None:
    assert all(getattr(testing, name) for name in testing.__all__)
    assert dir(testing) == sorted(testing.__all__)
