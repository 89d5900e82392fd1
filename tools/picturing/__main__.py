"""Run `schemahub demo` on a terminal of ours, and write what it showed as one animated SVG."""

from __future__ import annotations

import argparse
from pathlib import Path

from picturing.recording import record
from picturing.screens import screens
from picturing.svg import drawn

COLUMNS, ROWS = 116, 30


def main() -> None:
    """Record, and write the picture."""
    parser = argparse.ArgumentParser(prog="picturing", description=__doc__)
    parser.add_argument("into", type=Path, help="the SVG file")
    given = parser.parse_args()
    chunks = record(["schemahub", "demo"], columns=COLUMNS, rows=ROWS)
    shown = screens(chunks, prompt="$ schemahub demo", columns=COLUMNS, rows=ROWS)
    given.into.parent.mkdir(parents=True, exist_ok=True)
    given.into.write_text(drawn(shown, columns=COLUMNS, rows=ROWS, title="schemahub demo"), encoding="utf-8")
    print(f"{given.into}: {len(shown)} screens, {given.into.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
