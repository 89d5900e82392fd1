"""With the table that Terraform makes, Glue and Athena are asked for what docs/AWS.md allows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schemahub.catalog import LiveTable
from schemahub_aws import session
from schemahub_aws.glue.shapes import new_table

if TYPE_CHECKING:
    from partitions import Client

    from schemahub.hub import Hub

PAGE = Path(__file__).parents[4] / "docs" / "AWS.md"
UNUSED = {
    "catalog": {"glue:DeletePartition"},
    "athena": {"athena:StopQueryExecution"},
}
"""What is allowed for another day: a day that has no rows any more, and a query that nobody waits for."""
LOOKED_UP_BY_ATHENA = {"glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"}


def allowed(role: str, service: str) -> set[str]:
    found = re.search(
        rf"^```json {role}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found, f"the page has no policy for {role}"
    statements = json.loads(found.group(1))["Statement"]
    actions = [statement["Action"] for statement in statements]
    flat = [one for action in actions for one in ([action] if isinstance(action, str) else action)]
    return {action for action in flat if action.startswith(f"{service}:")}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return what is asked of AWS from now on, as permissions."""
    heard: set[str] = set()
    make = session.make_client

    def made(service: str, *arguments: object, **more: object) -> Client:
        client = make(service, *arguments, **more)  # type: ignore[arg-type]  # passed on as it came
        client.meta.events.register(
            f"before-send.{service}",
            lambda event_name, **_: heard.add(f"{service}:{event_name.rpartition('.')[2]}"),
        )
        return client

    monkeypatch.setattr(session, "make_client", made)
    return heard


@pytest.fixture
def table(glue: Client, bucket: str, unique: str) -> None:
    """Make the database and the table before anything runs."""
    glue.create_database(DatabaseInput={"Name": unique})
    state = LiveTable(lake=f"s3://{bucket}/lake", version=1, days=())
    glue.create_table(DatabaseName=unique, TableInput=new_table("trades", state))


@pytest.mark.usefixtures("table")
def test_the_catalog_is_asked_for_what_is_allowed_and_all_of_it(hub: Hub, asked: set[str]) -> None:
    assert hub.transform().complete
    assert hub.compact().complete
    assert hub.transform(full=True).complete
    of_glue = {one for one in asked if one.startswith("glue:")}
    assert of_glue == allowed("catalog", "glue") - UNUSED["catalog"]


@pytest.mark.usefixtures("table")
def test_athena_is_asked_for_what_is_allowed_and_all_of_it(hub: Hub, asked: set[str]) -> None:
    assert hub.sql("SELECT 1 AS n", engine="athena").rows
    of_athena = {one for one in asked if one.startswith("athena:")}
    assert of_athena == allowed("athena", "athena") - UNUSED["athena"]
    assert allowed("athena", "glue") == LOOKED_UP_BY_ATHENA
