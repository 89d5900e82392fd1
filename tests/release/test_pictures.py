"""The README's pictures are there, need nothing from elsewhere, and show the end to who wants no motion."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
from releasing.projects import ROOT

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURES = [ROOT / name for name in re.findall(r'src="([^"]+)"', README)]
each = pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
MOST_BYTES = 200_000


def test_the_readme_shows_a_run_of_the_demo() -> None:
    assert ROOT / "docs" / "pictures" / "demo.svg" in PICTURES
    assert re.findall(r"<img [^>]*>", README) == re.findall(r'<img [^>]*alt="[^"]{20,}"[^>]*>', README)


@each
def test_a_picture_stands_alone_and_is_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text) < MOST_BYTES
    assert not re.search(r"<script|<image|href=\"(?!#)|url\(|@import", text)
    assert "prefers-reduced-motion" in text


@each
def test_its_last_screen_is_the_proof(path: Path) -> None:
    svg = "{http://www.w3.org/2000/svg}"
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    lines = {group.get("id"): " ".join(group.itertext()) for group in root.iter(f"{svg}g") if group.get("id")}
    (last,) = (group for group in root.iter(f"{svg}g") if " last" in group.get("class", ""))
    shown = [lines[use.get("href", "")[1:]] for use in last.iter(f"{svg}use")]
    assert any("none missing, none twice" in line for line in shown)
