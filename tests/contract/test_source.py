"""How the source is written, where a machine can tell."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.contract.tree import CORE, ROOT, files, parsed, sources

MOST_LINES = 400
MOST_FUNCTION_LINES = 60
WALLS = {
    "_plugins/isolation.py": "a plugin's code",
    "_plugins/observing.py": "an observer",
    "_runner.py": "a product's task",
    "_parallel.py": "an executor: whoever takes the result gets the error",
    "_executing/crew.py": "a unit: whoever takes the result gets the error",
    "builtin/inline_executor.py": "the same",
    "testing/conformance/connector/talking.py": "a connector on trial: whatever it raises is the finding",
}
CLOUD = re.compile(r"\b(s3|aws|boto3?|botocore|dynamodb|dynamo)\b", re.IGNORECASE)
SPELLS_A_URL = {"cli/_lake.py"}
"""The one exception: `--s3-bucket` and `S3_BUCKET` only spell a lake's URL."""


def of_core(path: Path) -> str:
    return path.relative_to(CORE).as_posix()


def core() -> list[Path]:
    return [path for path in sources() if CORE in path.parents]


def test_files_and_functions_stay_small() -> None:
    for path in files(".py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, path
        for node in ast.walk(parsed(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert (node.end_lineno or 0) - node.lineno < MOST_FUNCTION_LINES, f"{path}: {node.name}"


def test_every_module_says_what_it_is() -> None:
    assert [of_core(path) for path in core() if not ast.get_docstring(parsed(path))] == []


def catches_everything(handler: ast.ExceptHandler) -> bool:
    if isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None:
        return False  # it cleans up and lets the error go on
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def test_everything_is_caught_only_at_the_walls() -> None:
    found = {
        of_core(path) if CORE in path.parents else path.name
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    }
    assert found - set(WALLS) == set()


def test_the_core_knows_no_cloud() -> None:
    found = [
        f"{of_core(path)}: {match.group()}"
        for path in core()
        if of_core(path) not in SPELLS_A_URL
        for match in CLOUD.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("pattern", [r"#\s*type:\s*ignore(?!\[)", r"#\s*noqa(?!:\s*[A-Z]+\d+)"])
def test_a_suppression_says_what_it_suppresses(pattern: str) -> None:
    own = Path(__file__)
    for path in files(".py"):
        if path != own:
            assert not re.search(pattern, path.read_text(encoding="utf-8")), path


def test_nothing_speaks_of_one_machine() -> None:
    # Spelt in pieces, so that this file does not find itself.
    machine = "|".join(["/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/", "/" + "opt/py"])
    registry = "|".join(["pypi" + r"\.org", "python" + r"hosted\.org", "dev" + "pi", "arti" + "factory"])
    pattern = re.compile(f"({machine})|({registry})", re.IGNORECASE)
    for path in files(".py", ".md", ".toml", ".yaml", ".yml", ".json", ".tf", ".cfg", ".txt", ""):
        match = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
        assert match is None, f"{path.relative_to(ROOT)}: {match and match.group()}"
