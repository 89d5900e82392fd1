"""Units in flight: bounded, as they end, again where a worker is lost, none left behind."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, NoReturn, TypeVar

import pytest

from schemahub._clock import Stop
from schemahub._executing.outcomes import outcomes
from schemahub.builtin.inline_executor import InlineExecutor
from schemahub.builtin.thread_executor import ThreadExecutor
from schemahub.errors import Cancelled, RetriesExhausted
from schemahub.settings import ExecutorSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from schemahub.executor import Executor

T = TypeVar("T")
R = TypeVar("R")


@pytest.fixture(params=[InlineExecutor, ThreadExecutor])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with request.param.open(ExecutorSettings(workers=3), {}) as opened:
        yield opened


def double(unit: int) -> int:
    return 2 * unit


def run(
    executor: Executor, call: Callable[[int], int], units: Iterable[int], tries: int = 1
) -> dict[int, int | None]:
    ended = outcomes(executor, call, units, tries=tries, stop=Stop())
    return {outcome.number: outcome.result() for outcome in ended}


def test_each_unit_has_an_outcome(executor: Executor) -> None:
    assert run(executor, double, range(20)) == {number: 2 * number for number in range(20)}


def test_no_units_no_outcomes(executor: Executor) -> None:
    assert run(executor, double, []) == {}


def test_an_error_is_its_units_alone(executor: Executor) -> None:
    found = list(outcomes(executor, lambda unit: 1 // unit, [1, 0, 1], tries=1, stop=Stop()))
    assert sorted((each.number, type(each.error).__name__) for each in found) == [
        (0, "NoneType"),
        (1, "ZeroDivisionError"),
        (2, "NoneType"),
    ]


def test_units_are_taken_as_workers_become_free() -> None:
    taken: list[int] = []
    gate = threading.Event()

    def units() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with ThreadExecutor(3) as threads:
        with closing(
            outcomes(threads, lambda unit: unit or gate.wait(9), units(), tries=1, stop=Stop())
        ) as ended:
            first = [next(ended).number for _ in range(5)]
            assert len(taken) == 8, "five have ended, three are in flight"
            gate.set()
        assert 0 not in first, "results come as they end, not in order"


def test_a_wish_to_stop_is_noticed_while_units_are_under_way() -> None:
    stop, gate = Stop(), threading.Event()

    def call(_: int) -> None:
        stop.set("enough")
        gate.wait(0.5)

    with ThreadExecutor(1) as threads, pytest.raises(Cancelled, match="enough"):
        list(outcomes(threads, call, range(1_000), tries=1, stop=stop))


def test_what_is_under_way_has_ended_when_the_consumer_goes() -> None:
    under_way, ended = threading.Event(), threading.Event()

    def call(unit: int) -> None:
        if unit:
            under_way.set()
            time.sleep(0.05)
            ended.set()
        else:
            under_way.wait(9)

    with ThreadExecutor(2) as threads:
        running = outcomes(threads, call, range(2), tries=1, stop=Stop())
        next(running)
        running.close()
        assert ended.is_set()


class Losing(InlineExecutor):
    """Loses a worker so many times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def submit(self, call: Callable[[T], R], unit: T, /) -> Future[R]:
        self.times -= 1
        return super().submit(self._die if self.times >= 0 else call, unit)

    def is_lost(self, error: BaseException) -> bool:
        return isinstance(error, ConnectionError)

    def _die(self, _: object) -> NoReturn:
        msg = "the worker is gone"
        raise ConnectionError(msg)


def test_the_unit_of_a_lost_worker_is_begun_again() -> None:
    assert run(Losing(2), double, [21], tries=3) == {0: 42}


def test_a_unit_that_loses_every_worker_is_an_error() -> None:
    with pytest.raises(RetriesExhausted, match=r"3 times.*the worker is gone"):
        run(Losing(3), double, [21], tries=3)
