"""A new environment, in which ours come from a folder of wheels alone."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from releasing.metadata import metadata_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from packaging.metadata import Metadata

_QUIET = ("--quiet", "--disable-pip-version-check")


class Fresh:
    """An environment that knows nothing of the repository."""

    def __init__(self, folder: Path) -> None:
        """Make it in a new folder."""
        self._bin = folder / "bin"
        self._folder = folder
        run(sys.executable, "-m", "venv", str(folder))

    def install(self, wheels: Iterable[Path], extras: set[str]) -> None:
        """Install third parties from the index, then ours without one.

        The second step proves that the wheels ask for each other in versions that are there, and for
        nothing that the first did not name.
        """
        found = list(wheels)
        names = {str(metadata_of(wheel).name) for wheel in found}
        asked = sorted({*third_parties(found, extras, names)})
        self.must("python", "-m", "pip", "install", *_QUIET, *asked)
        offline = ("--no-index", "--find-links", str(found[0].parent))
        given = (_asked(metadata_of(wheel), extras) for wheel in found)
        self.must("python", "-m", "pip", "install", *_QUIET, *offline, *given)
        self.must("python", "-m", "pip", "check")

    def must(self, program: str, *arguments: str, cwd: Path | None = None) -> None:
        """Run a program of this environment; an exit code other than 0 is an error."""
        run(str(self._bin / program), *arguments, cwd=cwd or self._folder)


def third_parties(wheels: Iterable[Path], extras: set[str], ours: set[str]) -> Iterator[str]:
    """Yield what wheels require of others, with these extras."""
    for wheel in wheels:
        for requirement in metadata_of(wheel).requires_dist or ():
            if requirement.name not in ours and _applies(requirement, extras):
                wanted = Requirement(str(requirement))
                wanted.marker = None
                yield str(wanted)


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras})


def _asked(described: Metadata, extras: set[str]) -> str:
    wanted = ",".join(sorted(extras & {str(name) for name in described.provides_extra or ()}))
    return (
        f"{described.name}[{wanted}]=={described.version}"
        if wanted
        else f"{described.name}=={described.version}"
    )


def run(*command: str, cwd: Path | None = None) -> None:
    """Say what is run, and run it without the caller's Python path."""
    print("+", " ".join(command), flush=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["CI"] = "1"  # properties take the same examples as there
    subprocess.run(command, check=True, cwd=cwd, env=environment)  # noqa: S603 - our own
