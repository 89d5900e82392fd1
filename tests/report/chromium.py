"""A headless Chromium that is driven over two pipes: what a page says, asks for, and looks like."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)


def installed() -> str | None:
    """Return the path of a Chromium."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Tab:
    """One tab, and all that was heard of it."""

    _ask: int
    _answers: Iterator[dict[str, Any]]
    _session: str = ""
    _number: int = 0
    errors: list[str] = field(default_factory=list)
    """What went to the console as an error or a warning, and exceptions."""
    requests: list[str] = field(default_factory=list)

    def open(self, path: Path) -> None:
        """Open a file and wait until its script is done."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=path.resolve().as_uri())
        self._until("Page.loadEventFired")

    def show(self, width: int, height: int, *, dark: bool = False, scale: float = 1) -> None:
        """Be a window of this size, in this scheme."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        is_phone = width < 600
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=is_phone,
        )
        self.call("Runtime.evaluate", expression="new Promise(requestAnimationFrame)", awaitPromise=True)

    def value(self, expression: str) -> Any:  # noqa: ANN401 - whatever JavaScript has
        """Evaluate an expression; a promise is waited for."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write a picture of what is in the window, or of the whole page."""
        done = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(done["data"]))

    def printed(self, path: Path) -> None:
        """Write a PDF."""
        done = self.call("Page.printToPDF", printBackground=False, paperWidth=8.27, paperHeight=11.69)
        path.write_bytes(base64.b64decode(done["data"]))

    def call(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - the protocol's own
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._ask, json.dumps(message).encode() + b"\0")
        for answer in self._answers:
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])
            self._hear(answer)
        msg = "the browser ended"
        raise AssertionError(msg)

    def attach(self) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def _until(self, method: str) -> None:
        for answer in self._answers:
            self._hear(answer)
            if answer.get("method") == method:
                return

    def _hear(self, answer: dict[str, Any]) -> None:
        params = answer.get("params", {})
        match answer.get("method"):
            case "Runtime.exceptionThrown":
                self.errors.append(str(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                self.errors.append(str(params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] in {"error", "warning"}:
                self.errors.append(params["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])


@contextlib.contextmanager
def chromium(program: str) -> Iterator[Tab]:
    """Run a browser with one tab; it ends with the block."""
    to_read, ask = os.pipe()
    answers, to_write = os.pipe()
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        # The protocol wants its pipes at 3 and 4.
        shell = ["bash", "-c", f'exec 3<&{to_read} 4>&{to_write}; exec "$@"', "bash"]
        command = [*shell, program, *FLAGS, f"--user-data-dir={profile}"]
        process = subprocess.Popen(  # noqa: S603 - our own
            command, pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_read)
        os.close(to_write)
        try:
            tab = Tab(ask, _messages(answers))
            tab.attach()
            yield tab
            tab._session = ""
            tab.call("Browser.close")
        finally:
            os.close(ask)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(answers)


def _messages(answers: int) -> Iterator[dict[str, Any]]:
    held = b""
    while data := os.read(answers, 1 << 16):
        *whole, held = (held + data).split(b"\0")
        yield from map(json.loads, whole)
