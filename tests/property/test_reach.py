"""What an exchange no longer serves becomes a gap that says so, and the run says it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiny_chains import ForgetfulExchange, SparseExchange, TiedExchange
from tiny_exchange import EPOCH_NS, SECOND_NS, TinyExchange
from world import World

from schemahub.checkpoint import GapState
from schemahub.spans import Span

if TYPE_CHECKING:
    from schemahub._ingest.product import ProductIngest, Tally


def at(position: int) -> int:
    return EPOCH_NS + position * SECOND_NS


def live(world: World, since: int = 0) -> Tally:
    return done(world, lambda engine: engine.live(at(since)))


def done(world: World, work: object) -> Tally:
    engines: list[ProductIngest] = []

    def keeping(engine: ProductIngest) -> None:
        engines.append(engine)
        work(engine)  # type: ignore[operator]  # a callable of the test

    world.ingest(keeping).finish()
    world.check_always()
    return engines[0].tally


def gaps(world: World) -> list[tuple[Span, GapState]]:
    known = world.checkpoint()
    assert known is not None
    return [(gap.span, gap.state) for gap in known.gaps]


def test_a_window_that_does_not_reach_back_leaves_a_gap() -> None:
    world = World(30, ForgetfulExchange)
    assert not live(world).unreachable
    world.exchange.head = 200
    assert live(world).unreachable
    # Trade 200 was made in second 198; the widest window holds what is younger than 40 seconds before it.
    (gap,) = gaps(world)
    assert gap == (Span(31, 158), GapState.OUT_OF_REACH)
    assert not live(world).unreachable
    assert gaps(world) == [gap]
    world.check_nothing_lost()


def test_a_gap_out_of_reach_is_read_again_and_stays_one() -> None:
    world = World(30, ForgetfulExchange)
    live(world)
    world.exchange.head = 200
    live(world)
    found = gaps(world)
    done(world, lambda engine: engine.recheck())
    assert gaps(world) == found


def test_a_dense_history_that_begins_late_is_out_of_reach_before_that() -> None:
    world = World(30)
    world.exchange.missing = set(range(1, 11))
    tally = done(world, lambda engine: engine.backfill(at(0), at(20)))
    assert tally.unreachable
    assert gaps(world) == [(Span(1, 10), GapState.OUT_OF_REACH)]
    assert sorted(world.raw_positions()) == list(range(11, 20))


def test_an_unserved_beginning_is_read_again_no_further_than_needed() -> None:
    world = World(5_000)
    world.exchange.missing = set(range(1, 4_001))
    done(world, lambda engine: engine.backfill(at(0), at(4_010)))
    assert gaps(world) == [(Span(1, 4_000), GapState.OUT_OF_REACH)]
    requests = world.exchange.requests
    for _ in range(4):
        world.clock.advance(61)
        done(world, lambda engine: engine.recheck())
    assert gaps(world) == [(Span(1, 4_000), GapState.OUT_OF_REACH)]
    # The end of the gap, twice as always, and the trade behind it.
    assert world.exchange.requests <= requests + 4 * 3
    world.exchange.missing -= set(range(3_500, 4_001))
    done(world, lambda engine: engine.recheck())
    assert gaps(world) == [(Span(1, 3_499), GapState.OUT_OF_REACH)]
    assert sorted(world.raw_positions()) == list(range(3_500, 4_010))


def test_a_backfill_that_asks_for_what_is_served_is_whole() -> None:
    for kind in (TinyExchange, TiedExchange, SparseExchange):
        world = World(30, kind)
        assert not done(world, lambda engine: engine.backfill(at(6), at(21))).unreachable
        assert gaps(world) == []
        assert sorted(world.raw_positions()) == world.exchange.serve(6, 20)


def test_tokens_are_kept_where_something_goes_on_and_nowhere_else() -> None:
    world = World(30, SparseExchange)
    live(world, since=9)
    known = world.checkpoint()
    assert known is not None
    assert [mark.position for mark in known.tokens] == [30]
    done(world, lambda engine: engine.backfill(at(0), at(6)))
    known = world.checkpoint()
    assert known is not None
    assert [mark.position for mark in known.tokens] == [30]
    requests = world.exchange.requests
    world.exchange.head = 33
    live(world)
    # The head, the page behind the watermark, and nothing to search for.
    assert world.exchange.requests == requests + 2
