"""Leases in DynamoDB keep what every lock provider promises, and what is particular to a table."""

from __future__ import annotations

import logging
import os
import pickle
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from lossy_proxy import Fate, Refusal

from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import ConfigError, LeaseLost, RetryableError
from schemahub.testing import LockProviderConformance
from schemahub.testing.conformance.racing import race
from schemahub_aws.dynamodb.locks import DynamoLocks

if TYPE_CHECKING:
    from lossy_proxy import Plan

NAME = "coinbase_trades/BTC-USD"
SECOND = 1_000_000_000
NOW = 1_767_225_600_250_000_000
SECRET = "wJalrXUtnFEMI-not-to-be-seen"  # noqa: S105 - made up


class TestDynamoLocks(LockProviderConformance):
    @pytest.fixture
    def locks(self, locks: DynamoLocks) -> DynamoLocks:
        return locks


def items(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = boto3.client("dynamodb", region_name="eu-central-1").scan(TableName=table)[
        "Items"
    ]
    return found


def take_over(locks: DynamoLocks, rounds: int) -> None:
    end = NOW
    for _ in range(rounds):
        lease = locks.acquire(NAME, "old", 10, end)
        assert lease is not None
        end = lease.expires_ns
        taken = race(200, lambda number, end=end: locks.acquire(NAME, f"{number}", 10, end))
        winners = [number for number, lease in enumerate(taken) if lease]
        assert len(winners) == 1, winners
        assert locks.holder(NAME) == str(winners[0])
        end += 10 * SECOND


@pytest.mark.soak
def test_of_two_hundred_contenders_for_an_expired_lease_one_wins(locks: DynamoLocks) -> None:
    take_over(locks, int(os.environ.get("SOAK_TAKEOVERS", "5")))


def test_the_item_is_what_the_table_was_made_for(locks: DynamoLocks, table: str) -> None:
    assert locks.acquire(NAME, "host:1:abc", 0.5, NOW)
    (item,) = items(table)
    assert item["lock_key"] == {"S": f"s3://bucket/schemahub#{NAME}"}
    assert item["expires_at"] == {"N": "1767225601"}, "whole seconds, rounded up: none goes too early"
    assert item["expires_ns"] == {"N": "1767225600750000000"}
    assert item["owner"] == {"S": "host:1:abc"}


def test_a_released_lease_leaves_nothing(locks: DynamoLocks, table: str) -> None:
    lease = locks.acquire(NAME, "a", 90, NOW)
    assert lease is not None
    locks.release(lease)
    assert items(table) == []
    with pytest.raises(LeaseLost, match="the lease is gone"):
        locks.renew(lease, 90, NOW)


def test_two_lakes_share_a_table(locks: DynamoLocks, table: str) -> None:
    other = DynamoLocks.of_lake("s3://bucket/other", MemoryStore(), {"table": table})
    same = DynamoLocks.of_lake("s3://bucket/schemahub/", MemoryStore(), {"table": table})
    assert locks.acquire(NAME, "a", 90, NOW)
    assert other.acquire(NAME, "b", 90, NOW)
    assert same.acquire(NAME, "c", 90, NOW) is None, "a slash at the end is the same lake"


def test_an_item_of_another_program_counts_by_whole_seconds(locks: DynamoLocks, table: str) -> None:
    db = boto3.client("dynamodb", region_name="eu-central-1")
    key = {"lock_key": {"S": f"s3://bucket/schemahub#{NAME}"}}
    db.put_item(TableName=table, Item={**key, "expires_at": {"N": "1767225601"}})
    assert locks.acquire(NAME, "a", 90, NOW) is None
    assert locks.holder(NAME) == ""
    seen = locks.current(NAME)
    assert seen is not None
    assert seen.expires_ns == 1_767_225_601 * SECOND
    assert locks.acquire(NAME, "a", 90, NOW + SECOND)


@pytest.mark.parametrize("fate", [Fate.LOSE_REPLY, Fate.FAIL_AFTER, Fate.LOSE_REQUEST, Fate.FAIL_BEFORE])
def test_no_lost_reply_loses_a_lease(lossy_locks: DynamoLocks, plan: Plan, fate: Fate) -> None:
    plan.lose(fate, fate, of="PutItem")
    lease = lossy_locks.acquire(NAME, "a", 90, NOW)
    assert lease is not None
    assert len(plan.seen) == 3, "each request is sent once by boto3, and repeated by the provider alone"
    plan.lose(fate, of="UpdateItem")
    lease = lossy_locks.renew(lease, 90, NOW + SECOND)
    assert lease.expires_ns == NOW + 91 * SECOND
    plan.lose(fate, of="DeleteItem")
    lossy_locks.release(lease)
    assert lossy_locks.holder(NAME) is None


def test_a_lease_that_a_rival_took_while_a_request_was_lost_is_not_ones_own(
    lossy_locks: DynamoLocks, locks: DynamoLocks, plan: Plan
) -> None:
    plan.lose(Fate.LOSE_REQUEST, of="PutItem", meanwhile=lambda: locks.acquire(NAME, "a", 90, NOW))
    assert lossy_locks.acquire(NAME, "a", 90, NOW) is None, "the same owner's other grant is another lease"


def test_what_is_never_answered_is_retryable(lossy_locks: DynamoLocks, plan: Plan) -> None:
    for refusal in (
        Refusal(status=400, code="ProvisionedThroughputExceededException"),
        Refusal(status=500, code="InternalServerError"),
    ):
        plan.refuse(refusal)
        with pytest.raises(RetryableError, match=f"no answer after 4 attempts.*{refusal.code}"):
            lossy_locks.acquire(NAME, "a", 90, NOW)
        assert len(plan.seen) == 4


def test_a_table_that_is_not_there_is_named_with_the_command_that_makes_it(aws: str) -> None:
    del aws
    locks = DynamoLocks.of_lake("s3://b", MemoryStore(), {"table": "no-such-table"})
    command = "aws dynamodb create-table --table-name no-such-table .*AttributeName=lock_key,KeyType=HASH"
    with pytest.raises(ConfigError, match=f"no-such-table: .*does not exist.*{command}"):
        locks.acquire(NAME, "a", 90, NOW)


def test_a_denied_table_is_explained(lossy_locks: DynamoLocks, plan: Plan) -> None:
    plan.refuse(Refusal(status=400, code="AccessDeniedException"))
    with pytest.raises(ConfigError, match=r"access is denied.*dynamodb:PutItem"):
        lossy_locks.acquire(NAME, "a", 90, NOW)
    assert len(plan.seen) == 1


def test_no_region_is_one_sentence(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del aws
    monkeypatch.delenv("AWS_REGION")
    with pytest.raises(ConfigError, match=r"specify a region.*Set AWS_REGION"):
        DynamoLocks.of_lake("s3://b", MemoryStore(), {"table": "some-table"}).holder(NAME)


def test_nothing_secret_is_said(
    lossy_locks: DynamoLocks, plan: Plan, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"AKIA{SECRET}")
    monkeypatch.setenv("AWS_SESSION_TOKEN", f"token{SECRET}")
    with caplog.at_level(logging.DEBUG, "schemahub_aws"):
        plan.refuse(Refusal(status=500, code="InternalServerError"), times=2)
        lease = lossy_locks.acquire(NAME, "a", 90, NOW)
        plan.refuse(Refusal(status=400, code="InvalidSignatureException"))
        with pytest.raises(ConfigError) as caught:
            lossy_locks.holder(NAME)
    said = [repr(lossy_locks), str(vars(lossy_locks)), repr(lease), caplog.text, str(vars(caught.value))]
    assert "attempt 1 failed" in caplog.text, "the plugin says at DEBUG what it repeats"
    assert [text for text in said if "not-to-be-seen" in text] == []
    assert b"not-to-be-seen" not in pickle.dumps(lossy_locks._calls)
