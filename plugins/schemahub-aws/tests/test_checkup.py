"""What `schemahub doctor` tells of AWS, with and without credentials; never what they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from schemahub.checkup import Checkup, Standing
from schemahub_aws.checkup import schemahub_checkup

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub.checkup import Finding

SECRET = "made-up-secret-of-a-test"  # noqa: S105 - opens nothing


@pytest.fixture(autouse=True)
def _nothing_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def found(
    lake: str = "s3://bucket/lake", *, locks: str = "objects", offline: bool = False
) -> dict[str, Finding]:
    asked = Checkup(lake=lake, locks=locks, catalog=None, query_engine="duckdb", offline=offline)
    return {finding.subject: finding for finding in schemahub_checkup(asked)}


def test_nothing_is_told_where_nothing_of_it_is_used() -> None:
    assert found("./lake") == {}
    assert found("./lake", locks="dynamodb") != {}


def test_what_is_missing_is_a_problem_with_its_remedy() -> None:
    findings = found()
    assert {finding.standing for finding in findings.values()} == {Standing.PROBLEM}
    assert "AWS_REGION" in str(findings["AWS region"].hint)
    assert "AWS_PROFILE" in str(findings["AWS"].hint)
    assert found(offline=True)["AWS"].standing is Standing.WARNING


def test_credentials_are_told_by_their_source_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDMADEUP")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    for offline in (False, True):
        findings = found(offline=offline)
        assert findings["AWS"].found == "there, from env"
        assert findings["AWS region"].found == "eu-central-1"
        assert SECRET not in str(findings)
        assert "AKIDMADEUP" not in str(findings)


def test_a_profile_of_the_shared_file_is_found(tmp_path: Path) -> None:
    text = f"[default]\naws_access_key_id = A\naws_secret_access_key = {SECRET}\n"
    (tmp_path / "credentials").write_text(text)
    assert found()["AWS"].found == "there, from shared-credentials-file"


def test_a_profile_that_is_not_there_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert found()["AWS"].standing is Standing.PROBLEM
