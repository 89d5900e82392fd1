"""The real command in processes of its own, as a user or a container runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 60.0
"""How long any command may take; a test that waits longer hangs for another reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - JSON
        """What `--json` printed."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schemahub:
    """The command with a lake, an exchange and settings in its environment."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    def given(self, **settings: object) -> Schemahub:
        """With more settings: `ingest__workers=2` is `SCHEMAHUB_INGEST__WORKERS=2`."""
        return self.with_environment(
            **{f"SCHEMAHUB_{name.upper()}": str(value) for name, value in settings.items()}
        )

    def with_environment(self, **variables: str) -> Schemahub:
        """With more variables, as they are."""
        return Schemahub(folder=self.folder, environment={**self.environment, **variables})

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command; the caller ends it."""
        # Settings of whoever runs the tests are not ours.
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMAHUB_")}
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "schemahub.cli", *arguments],
            env={**ours, "SCHEMAHUB_LAKE": str(self.lake), **self.environment},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> Done:
        """Run a command to its end."""
        with ended(self.start(*arguments)) as process:
            return finished(process)

    def must(self, *arguments: str) -> Done:
        """Run a command that has to succeed."""
        done = self.run(*arguments)
        assert done.code == 0, f"{arguments} exited with {done.code}:\n{done.out}\n{done.err}"
        return done


def finished(process: subprocess.Popen[str], seconds: float = SECONDS) -> Done:
    """Wait for a process; `TimeoutExpired` if it takes longer."""
    out, err = process.communicate(timeout=seconds)
    return Done(code=process.returncode, out=out, err=err)


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Make sure that a process, whatever the test did, does not outlive the block."""
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def simulated(tool: Schemahub, *options: str) -> Iterator[Schemahub]:
    """Run `schemahub simulate` beside the block; what it yields talks to it."""
    with ended(tool.start("simulate", "coinbase", "--json", *options)) as process:
        assert process.stdout is not None
        announced = process.stdout.readline()
        assert announced, process.stderr.read() if process.stderr else ""
        yield tool.given(connectors__coinbase__base_url=json.loads(announced)["url"])
