"""The runbook names tests that exist, and has a chapter for each alarm and each way to fail."""

from __future__ import annotations

import re

from tests.contract.tree import ROOT

PAGE = (ROOT / "docs/RUNBOOK.md").read_text(encoding="utf-8")
ALARMS = ROOT / "terraform/modules/observability/alarms.tf"
QUESTIONS = ("Means", "By itself", "A person", "Tried")
FAILURES = 8


def sections() -> dict[str, str]:
    parts = re.split(r"^### (.+)$", PAGE, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def chapters() -> set[str]:
    """The alarms that have one, without the exchange or command that ends their names."""
    return {stem(name.strip("`")) for name in sections() if name.startswith("`")}


def stem(name: str) -> str:
    return re.sub(r"-(\$\{\w+\}|EXCHANGE|COMMAND)$", "", name)


def test_each_chapter_answers_the_same_questions() -> None:
    assert len(sections()) > FAILURES
    for name, text in sections().items():
        asked = re.findall(r"^- \*\*(.+?)\*\*:", text, re.MULTILINE)
        assert tuple(asked) == QUESTIONS, name


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`([\w/.-]+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 20
    for path, test in named:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not test or re.search(rf"^(def|class) {test}\b|^{test} = ", text, re.MULTILINE), (
            f"{path}::{test}"
        )


def test_every_alarm_has_a_chapter() -> None:
    text = ALARMS.read_text(encoding="utf-8")
    named = re.findall(
        r'^\s*"?([a-z][a-z-]*(?:-\$\{\w+\})?)"?\s*=\s*\{\s*\n\s*description', text, re.MULTILINE
    )
    named += re.findall(r':\s*"([a-z-]+-\$\{\w+\})"\s*=>\s*\{', text)
    assert len(named) > 5
    assert {stem(name) for name in named} - chapters() == set()
