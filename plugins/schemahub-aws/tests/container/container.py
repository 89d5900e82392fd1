"""A task as a container platform runs it: the image's program, its own variables, and nothing else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from command_line import Done, ended, finished

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IMAGE = "SCHEMAHUB_IMAGE"
"""The variable that names an environment made by docker/build.sh; without it, this one's is tried."""
USER = 10_001
"""The Dockerfile's."""


def programs() -> Path:
    """Return the folder of the image's programs."""
    image = os.environ.get(IMAGE)
    return Path(image) / "bin" if image else Path(sys.executable).parent


def as_user() -> dict[str, int]:
    """Return what makes a process of root's one of the image's user; it may write almost nowhere.

    Nothing, where that user could not reach the environment, or the interpreter that it was made with.
    """
    if IMAGE not in os.environ or os.geteuid() != 0:
        return {}
    python = programs() / "python"
    folders = {*python.parents, *python.resolve().parents}
    reached = all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)
    return {"user": USER, "group": USER} if reached else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task definition: the variables that a container gets."""

    variables: Mapping[str, str]

    def with_variables(self, **more: str) -> Task:
        """Return a task that gets some more."""
        return Task(variables={**self.variables, **more})

    @contextmanager
    def started(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """Start the image's entry point with a command, in a folder where nothing can be written."""
        process = subprocess.Popen(  # noqa: S603 - our own command
            [str(programs() / "schemahub"), *command],
            env={"PATH": f"{programs()}:/usr/bin:/bin", **self.variables},
            cwd="/proc",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **as_user(),  # type: ignore[call-overload]  # two of its arguments, or none
        )
        with ended(process):
            yield process

    def must(self, *command: str) -> Done:
        """Run a task that has to succeed."""
        with self.started(*command) as process:
            done = finished(process)
        assert done.code == 0, f"{command} exited with {done.code}:\n{done.out}\n{done.err}"
        return done
