"""What a person has to change is one sentence with a hint, and holds no secret."""

from __future__ import annotations

import logging
import pickle
from typing import TYPE_CHECKING

import boto3
import pytest
from lossy_proxy import Refusal

from schemahub.errors import ConfigError, Conflict, RetryableError
from schemahub_aws.s3.store import S3Store

if TYPE_CHECKING:
    from lossy_proxy import Plan

CALLS = {
    "put_new": lambda store: store.put_new("a", b"1"),
    "put_if": lambda store: store.put_if("a", b"1", None),
    "get": lambda store: store.get("a"),
    "open": lambda store: store.open("a"),
    "list": lambda store: list(store.list("")),
    "delete": lambda store: store.delete("a"),
}
SECRET = "wJalrXUtnFEMI-not-to-be-seen"  # noqa: S105 - made up


@pytest.mark.usefixtures("aws")
def test_a_bucket_that_is_not_there_is_named_with_the_command_that_makes_it() -> None:
    store = S3Store.open_url("s3://no-such-bucket/lake", {})
    for call in CALLS.values():
        with pytest.raises(ConfigError, match=r"s3://no-such-bucket/.*aws s3 mb s3://no-such-bucket"):
            call(store)


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        ((403, "AccessDenied"), "access is denied.*s3:PutObject"),
        ((403, "InvalidAccessKeyId"), "credentials are not accepted"),
        ((400, "ExpiredToken"), "credentials are not accepted.*Renew"),
        ((403, "RequestTimeTooSkewed"), "clock is wrong"),
        ((400, "AuthorizationHeaderMalformed"), "another region.*AWS_REGION to us-west-9"),
        ((400, "KeyTooLongError"), "refused.*KeyTooLongError: because"),
    ],
)
def test_what_the_service_refuses_is_explained_and_not_repeated(
    lossy_store: S3Store, plan: Plan, refused: tuple[int, str], sentence: str
) -> None:
    status, code = refused
    plan.refuse(Refusal(status=status, code=code, headers={"x-amz-bucket-region": "us-west-9"}))
    for call in CALLS.values():
        plan.seen.clear()
        with pytest.raises(ConfigError, match=sentence):
            call(lossy_store)
        assert len(plan.seen) == 1, "what a person has to change is not repeated"


@pytest.mark.parametrize(
    ("status", "code"),
    [(503, "SlowDown"), (409, "ConditionalRequestConflict"), (400, "RequestTimeout"), (500, "InternalError")],
)
def test_what_passes_is_repeated(lossy_store: S3Store, plan: Plan, status: int, code: str) -> None:
    for name in ("put_new", "delete", "put_if", "list"):
        plan.refuse(Refusal(status=status, code=code), times=2)
        CALLS[name](lossy_store)
        assert len(plan.seen) == 3, name
        plan.refuse(Refusal(status=status, code=code))
        with pytest.raises(RetryableError, match=code):
            CALLS[name](lossy_store)


def test_a_conditional_conflict_at_the_end_of_an_upload_is_in_doubt(
    lossy_store: S3Store, rival: S3Store, plan: Plan
) -> None:
    body = bytes(6 << 20)

    def interrupted() -> None:
        plan.refuse(Refusal(status=409, code="ConditionalRequestConflict"), times=1)
        plan.concerns = lambda seen: seen.method == "POST" and "uploadId" in seen.path

    interrupted()
    with pytest.raises(RetryableError, match="interrupted by another"):
        lossy_store.put_new("a", body)
    interrupted()
    plan.meanwhile = lambda: rival.put_new("b", b"theirs")
    assert not lossy_store.put_new("b", body)


def test_no_credentials_is_one_sentence(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del aws
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(ConfigError, match=r"Unable to locate credentials.*AWS_PROFILE"):
        S3Store.open_url("s3://some-bucket", {}).get("a")


def test_a_profile_that_is_not_there_is_one_sentence(aws: str) -> None:
    del aws
    with pytest.raises(ConfigError, match="nobody"):
        S3Store.open_url("s3://some-bucket", {"profile": "nobody"}).get("a")


def test_an_endpoint_that_does_not_answer_is_retryable(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del aws
    monkeypatch.setattr("schemahub_aws.calls._pause", lambda *_: 0.0)
    store = S3Store.open_url("s3://some-bucket", {"endpoint_url": "http://127.0.0.1:9", "attempts": 2})
    with pytest.raises(RetryableError, match="no answer after 2 attempts"):
        store.get("a")


def test_no_time_left_ends_the_attempts(lossy_store: S3Store, plan: Plan, bucket: str) -> None:
    del lossy_store
    options = {"endpoint_url": plan.url, "attempts": 1000, "deadline_seconds": 0.05}
    plan.refuse(Refusal(status=503, code="SlowDown"), times=100_000)
    with pytest.raises(RetryableError, match="SlowDown"):
        S3Store.open_url(f"s3://{bucket}", options).get("a")
    assert len(plan.seen) < 1000


@pytest.mark.parametrize(
    "url",
    ["s3://", "s3:///lake", "s3://UPPER/lake", "s3://b", "s3://bucket//lake", "s3://bucket/.x", "http://x/y"],
)
def test_what_is_no_place_in_s3_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"not the URL of a lake in S3.*s3://bucket/prefix"):
        S3Store.open_url(url, {})


def test_a_directory_bucket_is_refused() -> None:
    with pytest.raises(ConfigError, match="lists its objects in no order"):
        S3Store.open_url("s3://lake--use1-az4--x-s3/a", {})


def test_nothing_secret_is_said(
    lossy_store: S3Store, plan: Plan, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"AKIA{SECRET}")
    monkeypatch.setenv("AWS_SESSION_TOKEN", f"token{SECRET}")
    said = [repr(lossy_store), str(vars(lossy_store))]
    with caplog.at_level(logging.DEBUG, "schemahub_aws"):
        plan.refuse(Refusal(status=503, code="SlowDown"), times=2)
        lossy_store.put_new("a", b"1")
        for refusal in (Refusal(status=403, code="SignatureDoesNotMatch"), Refusal(status=503, code="x")):
            plan.refuse(refusal)
            with pytest.raises((ConfigError, RetryableError)) as caught:
                lossy_store.get("a")
            said += [str(caught.value), repr(caught.value), str(vars(caught.value))]
        plan.refuse(Refusal(status=400, code="x"), times=0)
        with pytest.raises(Conflict) as conflict:
            lossy_store.put_if("a", b"2", None)
        said.append(str(conflict.value))
    assert "attempt 1 failed" in caplog.text, "the plugin says at DEBUG what it repeats"
    said += [repr(lossy_store), caplog.text]
    assert b"not-to-be-seen" not in pickle.dumps(lossy_store)
    assert [text for text in said if "not-to-be-seen" in text] == []


def test_listings_go_on_past_a_page(store: S3Store, bucket: str) -> None:
    s3 = boto3.client("s3", region_name="eu-central-1")
    names = [f"raw/{number:05}" for number in range(1005)]
    for name in names:
        s3.put_object(Bucket=bucket, Key=f"lake0/{name}", Body=b"")
    assert [info.key for info in store.list("raw/")] == names
    assert [info.key for info in store.list("", names[1])] == names[2:]


def test_what_is_no_object_of_a_lake_is_not_listed(store: S3Store, bucket: str) -> None:
    s3 = boto3.client("s3", region_name="eu-central-1")
    for key in ("lake0/", "lake0/folder/", "lake0/.DS_Store", "lake0/a/.tmp/b", "lake0x/c", "lake0/a/d"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    assert [info.key for info in store.list("")] == ["a/d"]
