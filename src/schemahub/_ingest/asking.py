"""Ask for a page until its answer fits the question, and not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from schemahub.errors import RetryableError, StalledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Clock, Stop
    from schemahub.model import Page, Steps

T = TypeVar("T")

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0


class Sender(Protocol):
    """The part of the protection layer that the engine needs."""

    def drive(self, steps: Steps[T]) -> T:
        """Run a connector's generator: send what it yields, return what it returns."""
        ...

    def call(self, start: Callable[[], Steps[T]]) -> T:
        """Drive `start()`, and again while the connector cannot make sense of an answer."""
        ...


class Asking:
    """Asks through one exchange's protection layer."""

    def __init__(self, http: Sender, *, attempts: int, clock: Clock, stop: Stop) -> None:
        """Keep the surroundings; each page is asked for at most `attempts` times."""
        self.attempts = attempts
        self._http = http
        self._clock = clock
        self._stop = stop

    def value(self, start: Callable[[], Steps[T]]) -> T:
        """Return what a connector's steps end with; begun again while it cannot make sense of an answer."""
        return self._http.call(start)

    def page(self, start: Callable[[], Steps[Page]], check: Callable[[Page], None], where: str) -> Page:
        """Return the first page that `check` does not refuse with a `RetryableError`.

        Caches hand out pages of other questions, and old ones; so no answer is despaired of at once.
        """
        pause = _FIRST_PAUSE_SECONDS
        for attempt in range(1, self.attempts + 1):
            try:
                page = self._http.drive(start())
                check(page)
            except RetryableError as error:
                if attempt == self.attempts:
                    msg = f"no page that fits, {attempt} times in a row: {error}"
                    raise StalledError(msg, where=where) from error
                self._clock.wait(pause, self._stop)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                return page
        msg = "page_attempts must be at least 1"
        raise AssertionError(msg)
