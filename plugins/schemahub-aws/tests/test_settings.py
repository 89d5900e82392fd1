"""What a person sets reaches the store and the lock provider; a mistake is reported where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import ConfigError
from schemahub_aws.dynamodb.locks import DynamoLocks
from schemahub_aws.s3.store import S3Store
from schemahub_aws.session import make_client

if TYPE_CHECKING:
    from pathlib import Path

LAKE = "s3://some-bucket/lake"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hub.yaml"


def test_options_come_from_the_file_and_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("object_stores: {s3: {attempts: 3, path_style: yes, region: eu-north-1}}\n")
    monkeypatch.setenv("SCHEMAHUB_OBJECT_STORES__S3__ATTEMPTS", "4")
    monkeypatch.setenv("SCHEMAHUB_OBJECT_STORES__S3__ENDPOINT_URL", "http://127.0.0.1:1")
    store = schemahub.open(LAKE, config=file).lake.store
    assert isinstance(store, S3Store)
    given = store._options.model_dump(exclude_unset=True)
    assert given == {
        "attempts": 4,
        "path_style": True,
        "region": "eu-north-1",
        "endpoint_url": "http://127.0.0.1:1",
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("atempts: 3", r"hub\.yaml:3: unknown setting 'object_stores\.s3\.atempts'.*Did you mean 'attempts'"),
        ("part_bytes: 5", r"hub\.yaml:3: bad setting 'object_stores\.s3\.part_bytes'.*5242880"),
        ("endpoint_url: ftp://x", r"hub\.yaml:3: bad setting 'object_stores\.s3\.endpoint_url'.*http://host"),
    ],
)
def test_a_mistake_is_reported_where_it_stands(file: Path, text: str, sentence: str) -> None:
    file.write_text(f"object_stores:\n  s3:\n    {text}\n")
    with pytest.raises(ConfigError, match=sentence):
        schemahub.open(LAKE, config=file).lake  # noqa: B018 - opening it is the test


def test_a_password_in_an_endpoint_is_refused_and_not_repeated() -> None:
    overrides = {"object_stores.s3.endpoint_url": "https://user:hunter2@host"}
    with pytest.raises(ConfigError, match="without a user and password") as caught:
        schemahub.open(LAKE, overrides=overrides).lake  # noqa: B018 - opening it is the test
    assert "hunter2" not in str(caught.value)


def test_a_store_without_options_takes_none() -> None:
    overrides = {"object_stores.memory.attempts": 3}
    with pytest.raises(ConfigError, match=r"unknown setting 'object_stores\.memory\.attempts'.*none here"):
        schemahub.open("memory://no-options", overrides=overrides).lake  # noqa: B018 - opening it is the test


def test_the_variable_of_the_platform_moves_leases_into_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not isinstance(schemahub.open(LAKE).lake.locks, DynamoLocks)
    monkeypatch.setenv("DYNAMODB_LOCKS_TABLE", "leases")
    locks = schemahub.open(LAKE).lake.locks
    assert isinstance(locks, DynamoLocks)
    assert repr(locks) == "DynamoLocks('leases', 's3://some-bucket/lake')"
    monkeypatch.setenv("SCHEMAHUB_LOCKS__PROVIDER", "none")
    assert schemahub.open(LAKE).lake.locks is None, "what is set by its own name says more"
    monkeypatch.setenv("DYNAMODB_LOCKS_TABLE", "")
    monkeypatch.delenv("SCHEMAHUB_LOCKS__PROVIDER")
    assert not isinstance(schemahub.open(LAKE).lake.locks, DynamoLocks), "an empty variable is unset"


def test_a_bad_table_name_is_reported_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNAMODB_LOCKS_TABLE", "no table/")
    with pytest.raises(ConfigError, match=r"DYNAMODB_LOCKS_TABLE: bad setting 'lock_providers\.dynamodb"):
        schemahub.open(LAKE).lake  # noqa: B018 - opening it is the test


def test_a_provider_without_a_table_says_so() -> None:
    with pytest.raises(ConfigError, match=r"'lock_providers\.dynamodb\.table'.*found nothing"):
        schemahub.open(LAKE, overrides={"locks.provider": "dynamodb"}).lake  # noqa: B018 - opening it is the test


def test_a_lake_of_any_scheme_may_keep_its_leases_in_the_table(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNAMODB_LOCKS_TABLE", table)
    lake = schemahub.open("memory://leases-elsewhere").lake
    assert isinstance(lake.store, MemoryStore)
    assert lake.locks is not None
    assert lake.locks.acquire("x", "a", 90, 0)
    assert list(lake.store.list("")) == []


def test_the_region_is_the_option_then_the_variable(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del aws
    options = S3Store.Options
    assert make_client("s3", options()).meta.region_name == "eu-central-1"
    assert make_client("s3", options(region="eu-north-1")).meta.region_name == "eu-north-1"
    monkeypatch.setenv("AWS_REGION", "")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert make_client("s3", options()).meta.region_name == "us-west-2"
