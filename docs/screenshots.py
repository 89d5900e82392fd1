"""Make the pictures of docs/REPORT.md anew: `python docs/screenshots.py`, with a Chromium installed.

A lake is filled from a simulated exchange, with a hole, trades twice in raw, lines that make no row, and runs
that met faults; its report is opened in windows of two sizes.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "report"))

from chromium import Tab, chromium, installed  # noqa: E402 - of the folder named above
from planted_lake import planted_lake  # noqa: E402 - as above

PICTURES = ROOT / "docs" / "pictures"
_WIDE, _PHONE = (1280, 1180), (390, 844)


def main() -> None:
    """Write the pictures."""
    program = installed()
    if program is None:
        sys.exit("Install a browser: apt-get install --no-install-recommends chromium fonts-dejavu-core")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        with contextlib.chdir(folder), planted_lake("lake") as lake:
            lake.hub.report(page, days=365)
        with chromium(program) as tab:
            tab.show(*_WIDE)
            tab.open(page)
            take(tab, "report-wide", _WIDE)
            take(tab, "report-dark", _WIDE, dark=True, at="activity")
            take(tab, "report-phone", _PHONE, at="completeness")


def take(tab: Tab, name: str, window: tuple[int, int], *, dark: bool = False, at: str = "health") -> None:
    """Write one picture of the window, scrolled to a section."""
    tab.show(*window, dark=dark)
    tab.value("new Promise(done => setTimeout(done, 300))")
    top = "0" if at == "health" else f"document.getElementById('{at}').offsetTop - 16"
    tab.value(f"scrollTo({{top: {top}, behavior: 'instant'}})")
    tab.picture(PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
