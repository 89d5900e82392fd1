"""A real Jupyter kernel, asked cell by cell."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 60.0
STRICT = r"""
import warnings
warnings.filterwarnings("error", module="schemahub|__main__")
"""
"""A cell that makes warnings of our own code, and of the notebook's, errors."""


@dataclass(slots=True)
class Cell:
    """What one cell showed: the plain texts of each output as it was rewritten, and how it ended."""

    shown: dict[str, list[str]] = field(default_factory=dict)
    html: str = ""
    result: str = ""
    streams: str = ""
    error: tuple[str, str] | None = None
    traceback: str = ""

    def take(self, message: dict[str, Any]) -> None:
        """Note a message of the kernel."""
        content = message["content"]
        match message["msg_type"]:
            case "display_data" | "update_display_data":
                output = content["transient"].get("display_id", "")
                self.shown.setdefault(output, []).append(content["data"]["text/plain"])
            case "execute_result":
                self.result = content["data"]["text/plain"]
                self.html = content["data"].get("text/html", "")
            case "stream":
                self.streams += content["text"]
            case "error":
                self.error = content["ename"], content["evalue"]
                self.traceback = "\n".join(content["traceback"])


def environment() -> dict[str, str]:
    """Return the environment without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SCHEMAHUB_")}


class Kernel:
    """Runs cells in one kernel."""

    def __init__(self, manager: Any, client: Any) -> None:  # noqa: ANN401 - jupyter_client is not always there
        """Talk to a kernel that is ready."""
        self._manager = manager
        self._client = client

    def run(self, code: str, until: Callable[[Cell], bool] | None = None) -> Cell:
        """Run a cell to its end; interrupt it, as the stop button does, as soon as `until` is true."""
        cell = Cell()
        asked = self._client.execute(code)
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                message = self._client.get_iopub_msg(timeout=1)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") != asked:
                continue
            cell.take(message)
            if until is not None and until(cell):
                self._manager.interrupt_kernel()
                until = None
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return cell
        msg = f"the cell did not end in {SECONDS:g} seconds"
        raise TimeoutError(msg)


@contextmanager
def kernel(folder: Path) -> Iterator[Kernel]:
    """Start a kernel in a folder; end it with the block."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(cwd=str(folder), env=environment())
    try:
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
