"""Weigh a bare installation of the core; exit 1 above a limit. Run it by `nox -s weigh`.

Megabytes are what the distributions install; the bytecode that Python makes of it is told beside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

LIMITS = {"distributions": 18, "megabytes": 20.0, "modules": 90}
TOOLS = {"pip", "setuptools", "wheel"}


def weigh() -> dict[str, float]:
    names = {distribution.name for distribution in distributions()} - TOOLS
    folder = Path(sysconfig.get_path("purelib"))
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(tuple(TOOLS))
    ]
    bytecode = sum(path.stat().st_size for path in files if path.suffix == ".pyc")
    installed = sum(path.stat().st_size for path in files) - bytecode
    code = "import schemahub, sys; print(len(sys.modules))"
    command = [sys.executable, "-c", code]
    modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own code
    return {
        "distributions": len(names),
        "megabytes": round(installed / 1e6, 1),
        "megabytes of bytecode": round(bytecode / 1e6, 1),
        "modules": int(modules),
    }


if __name__ == "__main__":
    found = weigh()
    print(json.dumps(found))
    sys.exit(
        ", ".join(f"{name}: {found[name]} > {most}" for name, most in LIMITS.items() if found[name] > most)
        or 0
    )
