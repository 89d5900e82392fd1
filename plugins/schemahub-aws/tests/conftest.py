"""A real server on a real socket, one for all tests of a session; each test has names of its own in it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import boto3
import pytest
from local_server import server
from lossy_proxy import lossy

from schemahub_aws import calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossy_proxy import Plan


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a server that answers like AWS."""
    with server(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def aws(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let boto3, and processes that are started, find that server and nothing else; return its URL."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    for name in (
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_DEFAULT_REGION",
        "S3_BUCKET",
        "DYNAMODB_LOCKS_TABLE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return endpoint


@pytest.fixture
def unique() -> str:
    """Return a name that no other test has."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture
def bucket(aws: str, unique: str) -> str:
    """Return the name of a fresh bucket."""
    s3 = boto3.client("s3", endpoint_url=aws, region_name="eu-central-1")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return unique


@pytest.fixture
def table(aws: str, unique: str) -> str:
    """Return the name of a fresh table, made as the error about a missing one says."""
    db = boto3.client("dynamodb", endpoint_url=aws, region_name="eu-central-1")
    db.create_table(
        TableName=unique,
        AttributeDefinitions=[{"AttributeName": "lock_key", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "lock_key", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return unique


@pytest.fixture
def plan(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plan]:
    """Return what to tell the proxy between the plugin and that server; retries do not rest."""
    monkeypatch.setattr(calls, "_pause", lambda *_: 0.0)
    with lossy(aws) as plan:
        yield plan
