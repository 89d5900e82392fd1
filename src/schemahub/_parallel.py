"""Do work in parallel, take the results in order, and never run far ahead."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def in_order(
    executor: Executor, work: Callable[[T], R], tasks: Iterable[T], ahead: int
) -> Generator[R, None, None]:
    """Yield `work(task)` for each task, in the order of the tasks.

    At most `ahead` tasks are started and not yet taken, which bounds memory. When the consumer stops or
    a task raises, those not yet begun are dropped and those under way are waited for.
    """
    started: deque[Future[R]] = deque()
    rest = iter(tasks)
    try:
        for task in rest:
            started.append(executor.submit(work, task))
            if len(started) >= ahead:
                yield started.popleft().result()
        while started:
            yield started.popleft().result()
    finally:
        for future in started:
            future.cancel()
        for future in started:
            if not future.cancelled():
                future.exception()


def threads_for(count: int, name: str) -> Executor:
    """Return a pool of `count` threads; below two, an executor that works in the caller's thread."""
    return ThreadPoolExecutor(count, thread_name_prefix=name) if count > 1 else _Inline()


def detached(name: str, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
    """Begin a call in a thread of its own that nobody has to wait for; it ends with the process."""
    future: Future[R] = Future()
    work = (future, fn, args, kwargs)
    threading.Thread(target=_settle, args=work, name=name, daemon=True).start()
    return future


def _settle(
    future: Future[R], fn: Callable[..., R], args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    try:
        future.set_result(fn(*args, **kwargs))
    except BaseException as error:  # noqa: BLE001 - handed to whoever takes the result, as pools do
        future.set_exception(error)


class _Inline(Executor):
    """Runs each call at once, where it is submitted."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        _settle(future, fn, args, kwargs)
        return future
