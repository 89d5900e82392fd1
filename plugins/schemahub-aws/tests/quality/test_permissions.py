"""The function asks for nothing that the page does not allow it."""

from __future__ import annotations

import fnmatch
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from function import Function, variables
from recording_proxy import recording

if TYPE_CHECKING:
    from sick_lake import Patient

ROOT = Path(__file__).parents[4]
OF_ATHENA = {"StartQueryExecution", "GetQueryExecution", "GetQueryResults", "StopQueryExecution"}


def policy(name: str) -> list[dict[str, object]]:
    text = (ROOT / "docs/AWS.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^```json {name}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return json.loads(found)["Statement"]


def allowed(permission: str, arn: str) -> bool:
    return any(
        permission in listed(statement["Action"])
        and any(fnmatch.fnmatchcase(arn, pattern) for pattern in listed(statement["Resource"]))
        for statement in policy("verify")
    )


def listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]  # JSON's two ways


def test_it_reads_what_verify_may_read_asks_athena_and_writes_nothing(
    sound: tuple[Patient, Function], endpoint: str
) -> None:
    lake, _ = sound
    lake.show_to_athena()
    with recording(endpoint) as recorder:
        through = {**variables(endpoint, lake.bucket), "AWS_ENDPOINT_URL": recorder.url}
        Function.deployed(endpoint, f"{lake.bucket}-watched", through).invoke()
        records = [record.asked for record in recorder.take()]
    of_s3 = [asked for asked in records if asked.permission.startswith("s3:")]
    others = {asked.operation for asked in records if not asked.permission.startswith("s3:")}
    assert others
    assert others <= OF_ATHENA
    assert of_s3
    refused = {
        (asked.permission, asked.key)
        for asked in of_s3
        if not allowed(
            asked.permission,
            "arn:aws:s3:::BUCKET" + ("" if asked.operation == "ListObjectsV2" else f"/{asked.key}"),
        )
    }
    assert refused == set()
