"""The suite for a real account leaves nothing behind, also where it fails, and says why it is skipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import boto3
import pytest

ROOT = Path(__file__).parents[3]
LIVE = Path(__file__).with_name("live")


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(LIVE), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own
    return done.stdout


def test_it_is_skipped_with_a_reason_unless_a_bucket_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHEMAHUB_AWS_LIVE_BUCKET", raising=False)
    said = run("-k", "small_lake")
    assert "1 skipped" in said
    assert "SCHEMAHUB_AWS_LIVE_BUCKET names no bucket" in said


def test_it_is_skipped_without_credentials(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del aws
    monkeypatch.setenv("SCHEMAHUB_AWS_LIVE_BUCKET", "some-bucket")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    said = run("-k", "small_lake")
    assert "1 skipped" in said
    assert "boto3 finds no credentials" in said


@pytest.mark.parametrize("exists", [True, False], ids=["passes", "fails"])
def test_it_deletes_what_it_made(
    bucket: str, table: str, monkeypatch: pytest.MonkeyPatch, *, exists: bool
) -> None:
    pytest.importorskip("schemahub_coinbase", reason="the small lake is filled by a connector")
    pytest.importorskip("schemahub_mapping", reason="its table is filled by a transformer")
    s3 = boto3.client("s3", region_name="eu-central-1")
    s3.put_object(Bucket=bucket, Key="schemahub-live/of-somebody-else", Body=b"1")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    monkeypatch.setenv("SCHEMAHUB_AWS_LIVE_BUCKET", bucket)
    monkeypatch.setenv("SCHEMAHUB_AWS_LIVE_TABLE", table if exists else "no-such-table")
    said = run("-k", "small_lake or second_put_new or expired")
    assert ("failed" in said) is not exists, said
    assert "passed" in said
    left = s3.list_object_versions(Bucket=bucket)
    assert [each["Key"] for each in left["Versions"]] == ["schemahub-live/of-somebody-else"]
    assert left.get("DeleteMarkers", []) == []
    items = boto3.client("dynamodb", region_name="eu-central-1").scan(TableName=table)["Items"]
    assert items == []
