"""A command that is killed (`kill -9`) at a moment that nobody chose."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from command_line import ended

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from command_line import Schemahub


def killed(tool: Schemahub, arguments: tuple[str, ...], due: Callable[[], bool], rng: random.Random) -> bool:
    """Run a command and kill it a random moment after it has come so far; False if it was faster."""
    with ended(tool.start(*arguments)) as process:
        while process.poll() is None and not due():
            time.sleep(0.001)  # looking at another process: there is nothing to wait on
        try:
            process.wait(rng.uniform(0, 0.03))
        except subprocess.TimeoutExpired:
            process.kill()
            return True
        return False
