"""Rules have numbers, tests and a page; the pytest plugin tells of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schemahub.testing import conformance
from schemahub.testing.rules import RULES, SUITES, as_markdown, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[3] / "docs" / "AUTHORS.md"
FAILING = """\
from schemahub.testing.rules import rule

class TestIt:
    @rule("CT-OBJ-05")
    def test_a_rule(self):
        assert 1 == 2, "a thing: expected 2, found 1"

    @rule("CT-OBJ-06")
    def test_another(self):
        pass
"""


def run(*arguments: str, folder: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own
    return done.stdout


def test_every_suite_is_numbered_without_a_gap() -> None:
    for suite in SUITES:
        numbers = [int(each.id[-2:]) for each in RULES.values() if each.suite == suite]
        assert numbers == list(range(1, len(numbers) + 1)), suite
    assert {each.suite for each in RULES.values()} == set(SUITES)


def test_a_rule_is_a_sentence_with_a_reason_and_a_remedy() -> None:
    for each in RULES.values():
        for text in (each.title, each.reason, each.remedy):
            assert text.endswith("."), f"{each.id}: {text}"
            assert text[0].isupper() or text[0] == "`", f"{each.id}: {text}"


def marked() -> Iterator[tuple[str, str]]:
    for name in conformance.__all__:
        suite = getattr(conformance, name)
        for test in (attribute for attribute in dir(suite) if attribute.startswith("test_")):
            marks = [mark for mark in getattr(suite, test).pytestmark if mark.name == "rule"]
            yield from ((mark.args[0], f"{name}.{test}") for mark in marks)


def test_every_rule_has_a_test_and_every_test_a_rule() -> None:
    found = Counter(identity for identity, _ in marked())
    assert set(found) == set(RULES)
    twice = {identity for identity, count in found.items() if count > 1}
    assert twice == set()


def test_an_unknown_rule_cannot_be_named() -> None:
    with pytest.raises(KeyError):
        rule("CT-OBJ-99")


def test_the_page_has_every_rule_as_it_is() -> None:
    told = "`python -m schemahub.testing.rules` prints the end of docs/AUTHORS.md"
    assert PAGE.read_text(encoding="utf-8").endswith(as_markdown()), told


def test_a_failing_test_tells_its_rule_and_the_summary_counts(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(FAILING, encoding="utf-8")
    said = run("-q", folder=tmp_path)
    assert "a thing: expected 2, found 1" in said
    assert RULES["CT-OBJ-05"].text() in said
    assert RULES["CT-OBJ-06"].title not in said
    assert "CT-OBJ  TestIt: 1 passed, 1 FAILED: CT-OBJ-05" in said


def test_rules_are_listed(tmp_path: Path) -> None:
    said = run("--schemahub-rules", folder=tmp_path)
    listed = [line.split()[0] for line in said.splitlines() if line.startswith("CT-")]
    assert listed == list(RULES)


def test_a_run_without_rules_hears_nothing_and_loads_nothing(tmp_path: Path) -> None:
    lines = ["import json, sys", "def test_it():", "    print('modules', json.dumps(sorted(sys.modules)))"]
    (tmp_path / "test_it.py").write_text("\n".join(lines), encoding="utf-8")
    said = run("-q", "-s", folder=tmp_path)
    assert "schemahub rules" not in said
    loaded = json.loads(said.split("modules ")[1].splitlines()[0])
    assert "schemahub.testing.pytest_plugin" in loaded
    assert [
        name for name in loaded if name in {"httpx", "pydantic", "pyarrow", "schemahub.testing.rules"}
    ] == []
