"""The policies of docs/AWS.md allow what the commands ask for, and nothing that they do not."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from story import BUCKET, REGION, TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asked import Asked
    from story import Story

PAGE = Path(__file__).parents[4] / "docs" / "AWS.md"
ACCOUNT = "000000000000"
ROLES = {
    "ingest": (
        "update-seed",
        "ingest --dry-run",
        "ingest",
        "ingest, held elsewhere",
        "ingest again",
        "backfill",
    ),
    "transform": ("transform --dry-run", "transform", "transform again", "compact", "compact again"),
    "analyst": ("sql",),
    "verify": ("verify", "status", "gaps", "report"),
}
UNUSED = {
    ("ingest", "s3:GetObject", "raw_*"): "HEAD after a lost reply",
    ("ingest", "s3:GetObject", "runs/*"): "HEAD after a lost reply",
    ("ingest", "s3:AbortMultipartUpload", "raw_*"): "a large batch that failed half-way",
    ("transform", "s3:GetObject", "quarantine/*"): "HEAD after a lost reply",
    ("transform", "s3:GetObject", "runs/*"): "HEAD after a lost reply",
    ("transform", "s3:DeleteObject", "runs/*"): "records of runs older than 90 days",
    ("transform", "s3:AbortMultipartUpload", "unified_trades/*"): "a large file that failed half-way",
    ("transform", "s3:GetObject", "seeds/*"): "symbols of products whose ids do not tell them",
    ("verify", "s3:GetObject", "seeds/*"): "symbols of products whose ids do not tell them",
    ("analyst", "s3:ListBucket", ""): "there is no table yet; Athena",
}
"""What is allowed for the day when something goes wrong: marked in the page, and tested where it happens."""


@dataclass(frozen=True, slots=True)
class Right:
    """One action on one resource."""

    action: str
    resource: str

    def allows(self, asked: Asked) -> bool:
        return asked.permission == self.action and fnmatchcase(arn(asked), self.resource)

    @property
    def below_the_lake(self) -> str:
        return self.resource.partition("/schemahub/")[2]


def arn(asked: Asked) -> str:
    if asked.permission.startswith("dynamodb:"):
        return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{asked.place}"
    if asked.operation == "ListObjectsV2":
        return f"arn:aws:s3:::{asked.place}"
    return f"arn:aws:s3:::{asked.place}/{asked.key}"


def block(name: str) -> str:
    found = re.search(
        rf"^```json {name}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found, f"the page has no policy for {name}"
    return found.group(1)


def rights(role: str) -> Iterator[Right]:
    text = block(role)
    for name, value in (("BUCKET", BUCKET), ("TABLE", TABLE), ("REGION", REGION), ("ACCOUNT", ACCOUNT)):
        text = text.replace(name, value)
    policy = json.loads(text)
    assert policy["Version"] == "2012-10-17"
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Allow"
        assert statement.keys() == {"Effect", "Action", "Resource"}, "nothing else is understood here"
        for action in listed(statement["Action"]):
            yield from (Right(action, resource) for resource in listed(statement["Resource"]))


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def asked_by(story: Story, role: str) -> set[Asked]:
    return {asked for name in ROLES[role] for asked in story.asked[name]}


@pytest.mark.parametrize("role", ROLES)
def test_every_request_is_allowed(story: Story, role: str) -> None:
    allowed = list(rights(role))
    refused = {
        f"{asked.permission} on {arn(asked)}"
        for asked in asked_by(story, role)
        if not any(right.allows(asked) for right in allowed)
    }
    assert refused == set()


@pytest.mark.parametrize("role", ROLES)
def test_everything_that_is_allowed_is_asked_for(story: Story, role: str) -> None:
    asked = asked_by(story, role)
    unused = {
        (role, right.action, right.below_the_lake)
        for right in rights(role)
        if not any(right.allows(one) for one in asked)
    }
    assert unused == {exception for exception in UNUSED if exception[0] == role}


@pytest.mark.parametrize("role", ROLES)
def test_the_page_says_of_each_action_why(role: str) -> None:
    section = PAGE.read_text(encoding="utf-8").partition(f"\n### {role}\n")[2].partition("```json")[0]
    named = set(re.findall(r"`(?:s3:|dynamodb:)?(\w+)`", section))
    assert {right.action.partition(":")[2] for right in rights(role)} <= named


def test_every_command_is_somebodys(story: Story) -> None:
    assert sorted(story.asked) == sorted(name for names in ROLES.values() for name in names)


def test_no_rule_of_the_lifecycle_expires_what_is_current(bucket: str) -> None:
    document = json.loads(block("lifecycle"))
    s3 = boto3.client("s3", region_name=REGION)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=document)
    rules = document["Rules"]
    assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)
    for rule in rules:
        assert rule["Status"] == "Enabled"
        assert set(rule.get("Expiration", {})) <= {"ExpiredObjectDeleteMarker"}
