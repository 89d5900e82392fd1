"""Every variable that the code reads is documented."""

from __future__ import annotations

import re

from tests.contract.tree import ROOT, sources

VARIABLE = re.compile(r"\bSCHEMAHUB_[A-Z][A-Z0-9_]*\b")
READ = re.compile(r"environ(?:\.get\(|\[)\s*\"([A-Z][A-Z0-9_]+)\"")
NOT_READ = {
    "SCHEMAHUB_SERVICE_HOST": "what a platform sets unasked, as an example",
}
NOT_OURS = {"SHELL"}


def mentioned() -> dict[str, str]:
    """Return the variables that the sources name or read, each with a file that does."""
    found = {}
    for path in sources():
        text = path.read_text(encoding="utf-8")
        for name in (*VARIABLE.findall(text), *READ.findall(text)):
            found[name.rstrip("_")] = path.relative_to(ROOT).as_posix()
    return found


def test_every_variable_is_documented() -> None:
    pages = [ROOT / "docs" / "CONFIGURATION.md", *(ROOT / "plugins").glob("*/README.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    found = mentioned()
    assert {"SCHEMAHUB_LAKE", "SCHEMAHUB_DEBUG", "NO_COLOR", "S3_BUCKET"} <= set(found)
    unknown = {name: file for name, file in found.items() if name not in text}
    assert {name: file for name, file in unknown.items() if name not in {*NOT_READ, *NOT_OURS}} == {}
