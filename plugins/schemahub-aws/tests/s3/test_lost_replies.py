"""Requests and replies that get lost: what was stored is never mistaken for somebody else's."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import boto3
import pytest
from lossy_proxy import Fate, Refusal

from schemahub._lake.read_back import put_if_read_back
from schemahub.errors import Conflict, NotFound, RetryableError

if TYPE_CHECKING:
    from lossy_proxy import Plan

    from schemahub_aws.s3.store import S3Store

LOST_AFTER = [Fate.LOSE_REPLY, Fate.FAIL_AFTER]
LOST_BEFORE = [Fate.LOSE_REQUEST, Fate.FAIL_BEFORE]
BIG = os.urandom(11 << 20)


@pytest.mark.parametrize("fate", LOST_AFTER)
def test_a_put_new_whose_reply_was_lost_stored_it(lossy_store: S3Store, plan: Plan, fate: Fate) -> None:
    plan.lose(fate, fate, of="PUT")
    assert lossy_store.put_new("a", b"mine")
    assert len(plan.seen) == 3, "each request is sent once by boto3, and repeated by the store alone"
    assert not lossy_store.put_new("a", b"again")


@pytest.mark.parametrize("fate", LOST_BEFORE)
def test_a_put_new_that_a_rival_came_before_did_not_store_it(
    lossy_store: S3Store, rival: S3Store, plan: Plan, fate: Fate
) -> None:
    plan.lose(fate, of="PUT", meanwhile=lambda: rival.put_new("a", b"theirs"))
    assert not lossy_store.put_new("a", b"mine")
    assert rival.get("a").data == b"theirs"


@pytest.mark.parametrize("fate", [*LOST_BEFORE, *LOST_AFTER])
def test_a_put_if_is_repeated_until_it_is_answered(lossy_store: S3Store, plan: Plan, fate: Fate) -> None:
    plan.lose(fate, of="PUT")
    first = lossy_store.put_if("a", b"1", None)
    plan.lose(fate, of="PUT")
    second = lossy_store.put_if("a", b"2", first)
    assert (lossy_store.get("a").data, lossy_store.get("a").version) == (b"2", second)


@pytest.mark.parametrize("fate", [*LOST_BEFORE, *LOST_AFTER])
def test_a_put_if_that_met_a_rival_while_a_reply_was_lost_is_in_doubt(
    lossy_store: S3Store, rival: S3Store, plan: Plan, fate: Fate
) -> None:
    old = lossy_store.put_if("a", b"1", None)

    def overwrite() -> None:
        rival.put_if("a", b"theirs", rival.get("a").version)

    for put in (lossy_store.put_if, lambda *given: put_if_read_back(lossy_store, *given)):
        plan.lose(fate, of="PUT", meanwhile=overwrite)
        expected = RetryableError if put == lossy_store.put_if else Conflict
        with pytest.raises(expected, match="reply was lost"):
            put("a", b"mine", old)
        old = rival.put_if("a", b"next", rival.get("a").version)


def test_a_refusal_without_a_lost_reply_is_a_conflict_at_once(lossy_store: S3Store, plan: Plan) -> None:
    old = lossy_store.put_if("a", b"1", None)
    lossy_store.put_if("a", b"2", old)
    plan.lose(of="PUT")
    with pytest.raises(Conflict):
        lossy_store.put_if("a", b"3", old)
    assert len(plan.seen) == 1, "a refusal is an answer, not something to repeat"


@pytest.mark.parametrize("fate", [*LOST_BEFORE, *LOST_AFTER])
def test_what_is_never_answered_is_retryable(lossy_store: S3Store, plan: Plan, fate: Fate) -> None:
    plan.lose(*[fate] * 9)
    for call in (
        lambda: lossy_store.put_new("a", b"1"),
        lambda: lossy_store.put_if("b", b"1", None),
        lambda: lossy_store.get("c"),
        lambda: list(lossy_store.list("")),
        lambda: lossy_store.delete("d"),
    ):
        plan.lose(*[fate] * 9)
        with pytest.raises(RetryableError, match="no answer after 4 attempts"):
            call()
        assert len(plan.seen) == 4


def test_an_upload_survives_a_lost_reply_to_each_of_its_requests(lossy_store: S3Store, plan: Plan) -> None:
    every_third = [Fate.LOSE_REPLY, Fate.PASS, Fate.FAIL_AFTER, Fate.PASS, Fate.LOSE_REQUEST, Fate.PASS]
    plan.lose(*every_third, of="?partNumber")
    assert lossy_store.put_new("parts", io.BytesIO(BIG))
    plan.lose(Fate.LOSE_REPLY, Fate.LOSE_REPLY, of="POST /")
    assert lossy_store.put_new("begun", io.BytesIO(BIG))
    for key in ("parts", "begun"):
        assert lossy_store.get(key).data == BIG


@pytest.mark.parametrize("fate", LOST_AFTER)
def test_an_upload_whose_completion_was_not_heard_of_is_ones_own(
    lossy_store: S3Store, plan: Plan, fate: Fate
) -> None:
    plan.lose(Fate.PASS, fate, of="POST")
    assert lossy_store.put_new("a", BIG)
    assert [seen.method for seen in plan.seen] == ["POST"] * 3, "begun, completed, and completed again"
    assert lossy_store.get("a").data == BIG


@pytest.mark.parametrize(("status", "code"), [(404, "NoSuchUpload"), (412, "PreconditionFailed")])
def test_a_second_completion_that_is_refused_is_told_by_the_object(
    lossy_store: S3Store, plan: Plan, status: int, code: str
) -> None:
    plan.lose(Fate.PASS, Fate.LOSE_REPLY, Fate.REFUSE, of="POST")
    plan.refusal = Refusal(status=status, code=code)
    assert lossy_store.put_new("a", BIG)
    assert len(plan.seen) == 3


def test_an_upload_that_a_rival_came_before_stores_nothing_and_leaves_no_parts(
    lossy_store: S3Store, rival: S3Store, plan: Plan, bucket: str
) -> None:
    plan.lose(Fate.PASS, Fate.LOSE_REQUEST, of="POST", meanwhile=lambda: rival.put_new("a", b"theirs"))
    assert not lossy_store.put_new("a", BIG)
    assert rival.get("a").data == b"theirs"
    assert unfinished(bucket) == []


def test_an_upload_that_fails_is_given_up(lossy_store: S3Store, plan: Plan, bucket: str) -> None:
    plan.lose(*[Fate.LOSE_REQUEST] * 4, of="partNumber=2")
    with pytest.raises(RetryableError):
        lossy_store.put_new("a", BIG)
    assert unfinished(bucket) == []
    with pytest.raises(NotFound):
        lossy_store.get("a")


def test_an_upload_that_somebody_else_gave_up_can_be_repeated(lossy_store: S3Store, plan: Plan) -> None:
    plan.lose(Fate.REFUSE, of="partNumber=2")
    plan.refusal = Refusal(status=404, code="NoSuchUpload")
    with pytest.raises(RetryableError, match="given up by somebody else"):
        lossy_store.put_new("a", BIG)
    assert lossy_store.put_new("a", BIG)


def test_an_upload_whose_source_fails_is_given_up(lossy_store: S3Store, bucket: str) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 10 << 20:
                msg = "the disk is gone"
                raise OSError(msg)
            return super().read(size)

    with pytest.raises(OSError, match="the disk is gone"):
        lossy_store.put_new("a", Failing(BIG))
    assert unfinished(bucket) == []


def unfinished(bucket: str) -> list[object]:
    s3 = boto3.client("s3", region_name="eu-central-1")
    found: list[object] = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return found
