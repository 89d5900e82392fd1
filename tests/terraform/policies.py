"""Policies as sets of single rights: an action on a resource."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.terraform.planned import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.terraform.planned import Plan

PAGE = ROOT / "docs" / "AWS.md"
Right = tuple[str, str]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def rights(statements: Iterable[dict[str, Any]]) -> Iterator[Right]:
    """Yield each action on each resource that is allowed."""
    for statement in statements:
        assert statement["Effect"] == "Allow"
        assert statement.keys() <= {"Effect", "Action", "Resource", "Condition"}
        for action in listed(statement["Action"]):
            yield from ((action, resource) for resource in listed(statement["Resource"]))


def written(role: str, plan: Plan) -> set[Right]:
    """Return what a policy of docs/AWS.md allows, with the names of a plan."""
    page = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"^```json {role}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert found, f"the page has no policy for {role}"
    bucket = plan.output("bucket")
    text = found[1].replace("arn:aws:", f"arn:{plan.partition}:")
    for name, value in (
        ("BUCKET", bucket),
        ("RESULTS", f"{bucket}-athena"),
        ("TABLE", "schemahub-locks"),
        ("DATABASE", "schemahub"),
        ("WORKGROUP", "schemahub"),
        ("REGION", "eu-central-1"),
        ("ACCOUNT", plan.account),
    ):
        text = re.sub(rf"\b{name}\b", value, text)
    return set(rights(json.loads(text)["Statement"]))
