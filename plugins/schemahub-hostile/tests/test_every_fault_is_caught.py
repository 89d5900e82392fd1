"""The kit finds what it claims to find: every fault fails the test of the rule that it breaks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemahub.testing.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

pytest.importorskip("pyarrow", reason="transformers and tables need it")
pytest.importorskip("schemahub_mapping", reason="faults of transformers are faults of a mapping")

from all_faults import FAULTS

SUITES = Path(__file__).parent / "suites"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Any]]:
    """Run all suites on all faults, once, in a process of their own."""
    found = tmp_path_factory.mktemp("hostile") / "outcomes.json"
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", f"--outcomes={found}"]
    command += [
        "-c",
        os.devnull,
        "--rootdir",
        str(SUITES),
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
    ]
    command += ["-o", f"pythonpath={SUITES.parent}"]
    command += [str(path) for path in sorted(SUITES.glob("*.py")) if path.name != "conftest.py"]
    # In continuous integration pytest explains failures at length, however long that takes.
    environment = {**os.environ, "CI": "true"}
    done = subprocess.run(  # noqa: S603 - our own
        command, capture_output=True, text=True, check=False, timeout=300, env=environment
    )
    assert found.exists(), done.stdout[-2_000:] + done.stderr[-2_000:]
    read: Mapping[str, Mapping[str, Any]] = json.loads(found.read_text(encoding="utf-8"))
    return read


def test_every_rule_is_broken_once() -> None:
    assert sorted(FAULTS) == sorted(RULES)


@pytest.mark.parametrize("rule", sorted(FAULTS))
def test_a_fault_is_caught_by_its_rule(
    rule: str,
    outcomes: Mapping[str, Mapping[str, Any]],
    record_property: Callable[[str, object], None],
) -> None:
    record_property("schemahub_fault", f"{rule} {FAULTS[rule]}")
    outcome = outcomes.get(rule, {"ran": False, "failed": False, "text": ""})
    assert outcome["ran"], f"no test of {rule} was run on its fault"
    assert outcome["failed"], f"{rule} does not see: {FAULTS[rule]}"
    for part in (f"{rule}: {RULES[rule].title}", RULES[rule].link):
        assert part in outcome["text"]
