"""A backfill from bulk files: the same trades as by pages, whatever is wrong with a file."""

from __future__ import annotations

import random
import zipfile

import pytest
from filed_exchange import Lake, packed
from stage import Actor, Fate

from schemahub import Span
from schemahub.checkpoint import PlanKind
from schemahub.errors import RetriesExhausted, UnknownProduct
from schemahub.events import GapSeen, PlanStarted
from schemahub.spans import SpanSet


def spans(*pairs: tuple[int, int]) -> SpanSet:
    return SpanSet.of(Span(*pair) for pair in pairs)


def test_files_first_and_pages_for_what_no_file_holds() -> None:
    lake = Lake()
    lake.backfill()
    lake.check_complete()
    assert lake.files.downloads == ["/1.zip", "/101.zip"]
    assert lake.by_pages == spans((201, 250))
    assert lake.reasons == []
    assert lake.lines()[7] == b'["7","7.10"]'


def test_a_second_backfill_asks_for_no_file() -> None:
    lake = Lake()
    lake.backfill()
    lake.files.downloads.clear()
    lake.backfill()
    assert lake.files.downloads == []


def test_without_files_all_is_read_by_pages() -> None:
    lake = Lake()
    lake.files_used = False
    lake.backfill()
    lake.check_complete()
    assert lake.by_pages == spans((1, 250))


def test_few_trades_are_not_worth_a_file() -> None:
    lake = Lake(head=39)
    lake.backfill()
    assert lake.files.downloads == []
    assert lake.by_pages == spans((1, 39))


def test_what_a_file_lacks_is_read_by_pages_and_is_a_gap_only_if_they_lack_it_too() -> None:
    lake = Lake()
    lake.files.replace(1, lake.files.zipped(1, frozenset({1, 50, 51, 52, 100})))
    lake.exchange.missing = {51}
    lake.backfill()
    lake.check_complete()
    assert lake.by_pages == spans((1, 1), (50, 50), (52, 52), (100, 100), (201, 250))
    assert [gap.span for gap in lake.checkpoint.gaps] == [Span(51, 51)]
    assert [event.span for event in lake.events if isinstance(event, GapSeen)] == [Span(51, 51)]
    assert lake.files.downloads == ["/1.zip", "/101.zip"]


def test_a_gap_on_record_stays_the_rechecks_though_a_file_holds_it() -> None:
    lake = Lake()
    lake.files_used = False
    lake.exchange.missing = {*range(60, 250)}
    lake.backfill()
    gap = lake.checkpoint.gap_spans
    lake.files_used = True
    lake.backfill()
    assert lake.files.downloads == []
    assert lake.checkpoint.gap_spans == gap


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no zip at all", "the zip cannot be read"),
        (packed(b"1,1.10\n", ("a.csv", "b.csv")), "another number of files"),
        (packed(b"id,price\n1,1.10\n"), "its lines make no sense"),
        (packed(b"1,1\n2,2\n2,2\n"), "its lines make no sense"),
        (packed(b"9,9\n8,8\n"), "its lines make no sense"),
        (packed(b"x" * (17 << 20)), "a line does not end"),
    ],
    ids=["no zip", "two files", "a header", "twice", "descending", "endless"],
)
def test_a_file_that_makes_no_sense_is_said_and_read_by_pages(data: bytes, reason: str) -> None:
    lake = Lake()
    lake.files.replace(1, data)
    lake.backfill()
    lake.check_complete()
    assert len(lake.reasons) == 1
    assert reason in lake.reasons[0]
    assert lake.by_pages == spans((1, 100), (201, 250))


def of_several_pieces(*positions: int) -> bytes:
    """Return lines of which sixteen are a megabyte, so that each piece begins with a line."""
    return b"".join((b"%d," % position).ljust(65_535, b"1") + b"\n" for position in positions)


def test_a_zip_whose_end_was_changed_is_found_out_at_its_beginning_though_no_digest_is_published() -> None:
    lake = Lake()
    data = packed(of_several_pieces(*range(1, 101)), method=zipfile.ZIP_STORED)
    lake.files.zips[1], lake.files.digests[1] = data.replace(b"\n100,", b"\n101,"), ""
    lake.backfill()
    lake.check_complete()
    assert len(lake.reasons) == 1
    assert lake.by_pages.spans[0] == Span(1, 100)


def test_lines_that_go_back_far_behind_in_the_file_end_its_use_there() -> None:
    lake = Lake()
    lake.files.replace(1, packed(of_several_pieces(*range(1, 65), 50, 81)))
    lake.backfill()
    lake.check_complete()
    assert "its lines do not ascend" in lake.reasons[0]
    assert lake.by_pages.spans[0] == Span(60, 100)


def test_a_file_published_again_meanwhile_is_taken() -> None:
    lake = Lake()
    honest, lake.files.digests[1] = lake.files.digests[1], "0" * 64

    def publish() -> None:
        lake.files.digests[1] = honest

    lake.files.when_downloaded = publish
    lake.backfill()
    lake.check_complete()
    assert lake.files.downloads == ["/1.zip", "/101.zip"]
    assert lake.reasons == []


def test_a_digest_that_is_wrong_twice_is_given_up() -> None:
    lake = Lake()
    lake.files.digests[1] = "0" * 64
    lake.backfill()
    lake.check_complete()
    assert lake.files.downloads == ["/1.zip", "/1.zip", "/101.zip"]
    assert "not the published one, twice" in lake.reasons[0]


@pytest.mark.parametrize("error", [UnknownProduct("HTTP 404"), RetriesExhausted("gave up")])
def test_a_host_that_does_not_serve_ends_no_run(error: Exception) -> None:
    lake = Lake()
    lake.files.error = error
    lake.backfill()
    lake.check_complete()
    assert lake.by_pages == spans((1, 250))
    assert [str(error) in reason for reason in lake.reasons] == [True, True]


def test_a_plan_that_is_given_up_is_cut_short_and_keeps_its_id() -> None:
    lake = Lake()
    lake.files.zips[1] = b"damaged"
    lake.files.digests[1] = lake.files.digest(1)
    lake.backfill()
    plans = [event for event in lake.events if isinstance(event, PlanStarted)]
    assert [plan.span for plan in plans[:4]] == [Span(1, 100), Span(1, 59), Span(60, 100), Span(101, 200)]
    assert plans[0].kind is PlanKind.BACKFILL


@pytest.mark.parametrize("seed", range(12))
def test_kills_and_failures_anywhere_leave_nothing_out_and_nothing_twice(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    lake = Lake(head=220, published=100 if seed % 3 == 0 else 200)
    if seed % 2:
        lake.files.replace(1, lake.files.zipped(1, frozenset(rng.sample(range(1, 101), 5))))
    fates = [Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.REPLY_LOST]
    for _ in range(6):
        actor = Actor("backfill", lake.backfill)
        for _ in range(rng.randrange(1, 60)):
            actor.move()
        actor.move(rng.choice(fates))
        actor.kill()
    lake.backfill()
    lake.check_complete()


@pytest.mark.parametrize("seed", range(12))
def test_two_runners_of_one_plan_store_each_trade_once(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    lake = Lake(head=220)
    if seed % 2:
        lake.files.replace(1, lake.files.zipped(1, frozenset({31, 32, 77})))
    actors = [Actor(name, lake.backfill) for name in ("one", "two")]
    for step in range(2_000):
        alive = [actor for actor in actors if actor.alive]
        if not alive:
            break
        if seed % 4 == 2 and step == 60:
            lake.files.error = UnknownProduct("HTTP 404")
        rng.choice(alive).move()
    for actor in actors:
        actor.finish()
    lake.check_complete()


@pytest.mark.parametrize("steps", range(1, 40))
def test_a_runner_without_files_takes_over_at_any_moment(steps: int) -> None:
    lake = Lake(head=120, published=100)
    one = Actor("with files", lake.backfill)
    for _ in range(steps):
        one.move()
    lake.files_used = False
    Actor("without", lake.backfill).finish()
    one.finish()
    lake.check_complete()
