"""What the core makes of a connector, on a clock that jumps."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from schemahub.errors import PermanentError, RetryableError, SchemahubError
from schemahub.events import PageRead, PlanFinished, PlanStarted, RequestSent
from schemahub.model import Ids
from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.conformance.connector.engine import (
    FOR_EVER_NS,
    Killed,
    Lake,
    Steps,
    everything,
    killing,
)
from schemahub.testing.rules import rule
from schemahub.testing.simulator.faults import REPLY_FAULTS, FaultPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._ingest.product import ProductIngest
    from schemahub.connector import Connector
    from schemahub.events import Event
    from schemahub.testing.conformance.connector.reading import Tape
    from schemahub.testing.fake_clock import FakeClock
    from schemahub.testing.simulator import SimulatedExchange

_MOST_STEPS = 2_000
_MOST_RUNS = 30
_MOST_REQUESTS = 3_000
_NEW = 7


class RunRules(ConnectorBase):
    """CT-CON-47 to 56."""

    @pytest.fixture
    def lake(
        self,
        connector: Connector,
        transport: httpx.BaseTransport,
        product: str,
        clock: FakeClock,
        exchange: SimulatedExchange,
    ) -> Lake:
        """Return an empty lake; all of the exchange's trades are old enough."""
        if connector.ids is Ids.OPAQUE:
            pytest.skip("this version stores no opaque ids")
        del exchange
        clock.advance(2 * connector.config.settle_seconds + 1)
        return Lake(connector=connector, product=product, transport=transport, clock=clock)

    @pytest.fixture
    def truth(self, exchange: SimulatedExchange, product: str) -> list[bytes]:
        """Return what raw must hold."""
        return [bytes(line) for line in exchange.lines(product)]

    @rule("CT-CON-47")
    def test_a_backfill_is_exact(self, lake: Lake, truth: list[bytes]) -> None:
        lake.run(everything)
        lake.check_exact(truth, "after a backfill")

    @rule("CT-CON-48")
    def test_live_runs_join(
        self, lake: Lake, truth: list[bytes], exchange: SimulatedExchange, product: str
    ) -> None:
        lake.run(lambda engine: engine.live(0))
        lake.check_exact(truth, "after the first live run")
        for number in range(1, 4):
            exchange.advance(_NEW * number, product)
            lake.clock.advance(60)
            lake.run(lambda engine: engine.live(0))
            now = [bytes(line) for line in exchange.lines(product)]
            lake.check_exact(now, f"after live run {number + 1}")

    @rule("CT-CON-49")
    def test_faults_on_the_way_change_nothing(
        self,
        lake: Lake,
        truth: list[bytes],
        exchange: SimulatedExchange,
    ) -> None:
        for seed in range(3):
            stormy = Lake(
                connector=lake.connector, product=lake.product, transport=lake.transport, clock=lake.clock
            )
            exchange.inject(FaultPlan(rates=dict.fromkeys(REPLY_FAULTS, 0.02), seed=seed))
            _until_done(stormy, everything)
            exchange.inject(FaultPlan())
            # An old page in place of the newest one ends a run early. The next run goes on from there.
            stormy.run(everything)
            stormy.run(lambda engine: engine.fill_gaps())
            stormy.check_exact(truth, f"after a storm of faults (seed {seed})")

    @rule("CT-CON-50")
    def test_killed_anywhere_it_goes_on(self, lake: Lake, truth: list[bytes]) -> None:
        for at in _steps_of(lake):
            killed = _fresh(lake)
            with pytest.raises(Killed):
                killed.run(everything, killing(at))
            killed.run(everything)
            killed.check_exact(truth, f"killed at step {at} and run again")

    @rule("CT-CON-51")
    @pytest.mark.usefixtures("by_position", "dense")
    def test_what_is_stored_is_not_fetched_again(self, lake: Lake, truth: list[bytes]) -> None:
        for at in _steps_of(lake)[1::3]:
            killed = _fresh(lake)
            with pytest.raises(Killed):
                killed.run(everything, killing(at))
            stored, read = len(killed.lines()), _Read()
            killed.run(everything, emit=read.note)
            where, expected = f"killed at step {at}, {stored} trades stored", len(truth) - stored
            assert read.trades == expected, f"{where}: expected {expected} read again, found {read.trades}"
            asked = f"expected {read.pages} requests for {read.pages} pages, found {read.requests}"
            assert read.requests <= read.pages, f"{where}: {asked}"

    @rule("CT-CON-52")
    def test_two_runners_store_what_one_would(self, lake: Lake, truth: list[bytes]) -> None:
        for at in _steps_of(lake)[::2]:
            shared = _fresh(lake)
            other = Lake(
                connector=type(lake.connector)(lake.connector.config),
                product=lake.product,
                transport=lake.transport,
                clock=lake.clock,
                store=shared.store,
            )
            shared.run(everything, _meanwhile(at, lambda other=other: other.run(everything)))  # type: ignore[misc]  # bound now
            shared.check_exact(truth, f"another runner came and went at step {at}")

    @rule("CT-CON-53")
    def test_the_rate_is_kept(self, lake: Lake, exchange: SimulatedExchange) -> None:
        config = lake.connector.config.model_copy(update={"requests_per_second": 2.0, "burst": 2.0})
        sent: list[float] = []
        noting = _Noting(lake.transport, lambda: sent.append(lake.clock.monotonic()))
        slow = Lake(
            connector=type(lake.connector)(config), product=lake.product, transport=noting, clock=lake.clock
        )
        for _ in range(3):
            slow.run(everything)
            exchange.advance(_NEW, lake.product)
            slow.clock.advance(10)
        waited = deque[float]()
        for now in sent:
            waited.append(now)
            while now - waited[0] > 1.0:
                waited.popleft()
            most = (config.burst + config.requests_per_second) * _lighter(slow.connector)
            assert len(waited) <= most, (
                f"requests in one second: expected at most {most:g}, found {len(waited)}"
            )

    @rule("CT-CON-54")
    @pytest.mark.usefixtures("by_position", "dense")
    def test_holes_become_gaps_and_heal(
        self,
        lake: Lake,
        truth: list[bytes],
        tape: Tape,
        exchange: SimulatedExchange,
    ) -> None:
        middle = len(tape.positions) // 2
        missing = [tape.positions[at] for at in (middle, middle + 1, middle + 40)]
        exchange.log(lake.product).remove(missing)
        lake.run(everything)
        checkpoint = lake.checkpoint()
        found = (
            [at for gap in checkpoint.gaps for at in range(gap.span.first, gap.span.last + 1)]
            if checkpoint
            else []
        )
        assert found == missing, f"positions not served: expected them recorded as gaps, found {found}"
        lake.check_exact([bytes(line) for line in exchange.lines(lake.product)], "with holes")
        exchange.log(lake.product).heal(missing)
        lake.clock.advance(600)
        lake.run(lambda engine: engine.fill_gaps())
        lake.check_exact(truth, "after the holes healed")

    @rule("CT-CON-55")
    def test_one_old_page_for_ever_is_an_error(self, lake: Lake, sample: Any) -> None:  # noqa: ANN401 - a Sample
        body = sample.responses[-1].body
        lake.run(everything)  # so that there is a stream that should go on
        stuck = Lake(
            connector=lake.connector,
            product=lake.product,
            transport=_Stuck(body),
            clock=lake.clock,
        )
        try:
            stuck.run(everything)
        except SchemahubError:
            return
        served = set(sample.page.lines)
        found = stuck.lines()
        honest = set(found) <= served and len(found) == len(set(found))
        assert honest, f"one page for ever: expected its own trades, or an error, found {len(found)} others"

    @rule("CT-CON-56")
    def test_a_backfill_from_a_time_holds_every_trade_since(self, lake: Lake, tape: Tape) -> None:
        pages = [page for page in tape.pages if page.positions]
        for page in pages[:2]:
            # To the microsecond, as people and the table have it: rows may show less than a page's end says.
            begun, since = _fresh(lake), (page.last_time_ns or 0) // 1_000 * 1_000
            begun.run(lambda engine, since=since: engine.backfill(since, FOR_EVER_NS))  # type: ignore[misc]  # bound now
            at = next(n for n, time_ns in enumerate(tape.times_ns) if time_ns >= since)
            found = begun.lines()
            missing = [line for line in tape.lines[at:] if line not in set(found)]
            assert not missing, (
                f"since {since}: expected position {tape.positions[at]} on, missing {missing[:2]}"
            )


def _fresh(lake: Lake) -> Lake:
    return Lake(connector=lake.connector, product=lake.product, transport=lake.transport, clock=lake.clock)


def _steps_of(lake: Lake) -> range:
    """Return the numbers of all steps of an undisturbed run."""
    steps = Steps()
    _fresh(lake).run(everything, steps)
    assert steps.taken <= _MOST_STEPS, (
        f"a backfill of a test's exchange: expected fewer steps than {steps.taken}"
    )
    return range(1, steps.taken + 1)


def _meanwhile(at: int, other: Callable[[], None]) -> Steps:
    def before(number: int) -> None:
        if number == at:
            other()

    return Steps(before=before)


def _until_done(lake: Lake, work: Callable[[ProductIngest], None]) -> None:
    """Run again and again, as a schedule would."""
    for _ in range(_MOST_RUNS):
        try:
            return lake.run(work)
        except (RetryableError, PermanentError):
            lake.clock.advance(3_600)
    return lake.run(work)


class _Read:
    """Counts what is fetched for plans; what is asked before them finds out what to plan."""

    def __init__(self) -> None:
        self.trades = self.pages = self.requests = 0
        self._planned = False

    def note(self, event: Event) -> None:
        if isinstance(event, PlanStarted | PlanFinished):
            self._planned = isinstance(event, PlanStarted)
        elif isinstance(event, PageRead):
            self.trades += event.trades
            self.pages += 1
        elif isinstance(event, RequestSent):
            self.requests += self._planned


def _lighter(connector: Connector) -> float:
    """Return how many of the lightest requests weigh as much as the heaviest, which the settings count."""
    weights = [limit.weights.values() for limit in connector.rate_limits() if limit.weights]
    return max((max(each) / min(each) for each in weights), default=1.0)


class _Noting(httpx.BaseTransport):
    """Tells of each request."""

    def __init__(self, transport: httpx.BaseTransport, note: Callable[[], None]) -> None:
        self._transport = transport
        self._note = note

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._note()
        return self._transport.handle_request(request)


class _Stuck(httpx.BaseTransport):
    """Answers everything with one body."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._asked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._asked += 1
        limit = f"one page for ever: expected an end within {_MOST_REQUESTS} requests, found none"
        assert self._asked <= _MOST_REQUESTS, limit
        return httpx.Response(200, content=self._body, request=request)
