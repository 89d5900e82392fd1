"""Reading by ranges: few requests, bounded memory, and bodies that break off."""

from __future__ import annotations

import os
import tracemalloc
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from lossy_proxy import Fate

from schemahub.errors import NotFound, RetryableError
from schemahub_aws.s3.reading import FIRST_BYTES
from schemahub_aws.s3.store import S3Store

if TYPE_CHECKING:
    from lossy_proxy import Plan

DATA = os.urandom(6 << 20)
KIB = 1024


def ranges(plan: Plan) -> list[tuple[int, int]]:
    """Return the first and last byte of each range asked for."""
    asked = [seen.headers["Range"].removeprefix("bytes=").split("-") for seen in plan.seen]
    return [(int(first), int(last)) for first, last in asked]


def test_reading_on_fetches_ever_more_at_once(lossy_store: S3Store, plan: Plan) -> None:
    lossy_store.put_new("a", DATA)
    plan.lose(of="GET")
    with lossy_store.open("a") as file:
        assert b"".join(iter(lambda: file.read(64 * KIB), b"")) == DATA
    asked = ranges(plan)
    assert [last - first + 1 for first, last in asked[:4]] == [128 * KIB, 256 * KIB, 512 * KIB, 1024 * KIB]
    assert len(asked) <= 7
    assert asked[0] == (0, FIRST_BYTES - 1)
    assert all(first == last + 1 for (_, last), (first, _) in pairwise(asked))


def test_a_jump_fetches_little_and_one_read_is_one_request(lossy_store: S3Store, plan: Plan) -> None:
    lossy_store.put_new("a", DATA)
    with lossy_store.open("a") as file:
        plan.lose(of="GET")
        file.seek(-8, 2)
        assert file.read(8) == DATA[-8:]
        file.seek(3 << 20)
        assert file.read(10) == DATA[3 << 20 : (3 << 20) + 10]
        file.seek(1 << 20)
        assert file.read(700 * KIB) == DATA[1 << 20 : (1 << 20) + 700 * KIB]
        assert [last - first + 1 for first, last in ranges(plan)] == [8, 128 * KIB, 700 * KIB]


def test_an_object_that_fits_is_read_by_one_request(lossy_store: S3Store, plan: Plan) -> None:
    lossy_store.put_new("a", DATA[: 100 * KIB])
    plan.lose()
    with lossy_store.open("a") as file:
        assert file.read() == DATA[: 100 * KIB]
    assert [seen.method for seen in plan.seen] == ["GET"]


def test_of_a_body_that_breaks_off_only_the_rest_is_asked_for(lossy_store: S3Store, plan: Plan) -> None:
    lossy_store.put_new("a", DATA[: 1 << 20])
    plan.lose(Fate.CUT_BODY, Fate.CUT_BODY, Fate.LOSE_REPLY, Fate.FAIL_BEFORE, of="GET")
    with pytest.raises(RetryableError):
        lossy_store.get("a")
    plan.lose(Fate.CUT_BODY, Fate.LOSE_REPLY, Fate.CUT_BODY, of="GET")
    assert lossy_store.get("a").data == DATA[: 1 << 20]
    assert ["Range" in seen.headers for seen in plan.seen] == [False, True, True, True]
    plan.lose(Fate.CUT_BODY, of="GET")
    with lossy_store.open("a") as file:
        assert file.read() == DATA[: 1 << 20]
    assert ranges(plan)[1][0] >= 32 * KIB, "what had arrived is not fetched again"


@pytest.mark.skipif(
    os.environ.get("AWS_TEST_SERVER") == "moto", reason="its refusals are understood from their first half"
)
def test_a_refusal_that_breaks_off_is_asked_for_again(lossy_store: S3Store, plan: Plan) -> None:
    plan.lose(Fate.CUT_BODY, Fate.CUT_BODY, of="GET")
    with pytest.raises(NotFound):
        lossy_store.get("missing")
    assert len(plan.seen) == 3
    plan.lose(*[Fate.CUT_BODY] * 4, of="GET")
    with pytest.raises(RetryableError, match="no answer after 4 attempts"):
        lossy_store.open("missing")


def test_an_object_that_is_replaced_while_it_is_read_is_not_mixed(store: S3Store) -> None:
    version = store.put_if("a", DATA, None)
    with store.open("a") as file:
        store.put_if("a", bytes(len(DATA)), version)
        file.seek(5 << 20)
        for _ in range(2):
            with pytest.raises(RetryableError, match="replaced while it was read"):
                file.read(9)


def test_an_object_that_is_replaced_before_any_of_it_was_returned_is_read_anew(
    lossy_store: S3Store, rival: S3Store, plan: Plan
) -> None:
    rival.put_if("a", DATA[:999], None)
    texts = [DATA[1:999], DATA[2:999]]

    def replace() -> None:
        rival.put_if("a", texts.pop(0), rival.get("a").version)

    plan.lose(Fate.CUT_BODY, Fate.PASS, Fate.CUT_BODY, of="GET", meanwhile=replace)
    assert lossy_store.get("a").data == DATA[2:999]
    assert texts == []


def test_an_object_that_is_deleted_while_it_is_read_is_not_found(store: S3Store) -> None:
    store.put_new("a", DATA)
    with store.open("a") as file:
        store.delete("a")
        file.seek(5 << 20)
        with pytest.raises(NotFound, match="a: no such object"):
            file.read(9)


def test_memory_is_bounded_by_the_read_ahead(store: S3Store, bucket: str) -> None:
    with_little = S3Store.open_url(f"s3://{bucket}/lake0", {"read_ahead_bytes": 256 * KIB})
    store.put_new("a", DATA)
    with with_little.open("a") as file:
        file.read(64 * KIB)
        tracemalloc.start()
        while file.read(64 * KIB):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 4 * 256 * KIB, f"{peak} bytes"


def test_a_position_before_the_beginning_is_refused(store: S3Store) -> None:
    store.put_new("a", b"123")
    with store.open("a") as file:
        with pytest.raises(ValueError, match="negative"):
            file.seek(-4, 2)
        file.seek(9)
        assert file.read(1) == b""
