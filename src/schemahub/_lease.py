"""Hold leases for as long as work goes on: one heartbeat thread renews all of a process.

Leases save work, they guarantee nothing (R4): whoever loses one stops, so that two do not do the same.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Self

from schemahub._clock import Stop
from schemahub._owner import owner_is_gone, owner_name
from schemahub.errors import LeaseLost, SchemahubError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from schemahub._clock import Clock
    from schemahub.lock import Lease, LockProvider

TTL_SECONDS = 90.0
"""How long a lease outlives its last renewal."""
EVERY_SECONDS = 30.0
"""How often leases are renewed: two renewals may fail before one is lost."""
_CLOSE_SECONDS = 5.0


class HeldLease:
    """A lease in hand; `check` is cheap, to be called before each piece of work."""

    def __init__(
        self, provider: LockProvider, clock: Clock, ttl_seconds: float, lease: Lease, asked: float
    ) -> None:
        """Start with a lease that was asked for at `asked`, on the monotonic scale."""
        self._provider = provider
        self._clock = clock
        self._ttl_seconds = ttl_seconds
        self._lease = lease
        self._renewed = asked
        self._failure: SchemahubError | None = None
        # A release that a renewal overtakes would leave the lease behind.
        self._changing = threading.Lock()

    def check(self) -> None:
        """Raise `LeaseLost` once the lease was taken over, or ran out without a renewal."""
        unrenewed = self._clock.monotonic() - self._renewed
        if isinstance(self._failure, LeaseLost):
            raise self._failure
        if unrenewed >= self._ttl_seconds:
            msg = "the lease ran out: no renewal went through"
            where, found = self._lease.name, f"{unrenewed:.0f} s without one"
            expected = f"one in {self._ttl_seconds:.0f} s"
            raise LeaseLost(msg, where=where, expected=expected, found=found) from self._failure

    def renew(self) -> None:
        """Renew; remember a loss for `check`. Any other failure is tried again at the next beat."""
        with self._changing:
            if isinstance(self._failure, LeaseLost):
                return
            asked = self._clock.monotonic()
            try:
                self._lease = self._provider.renew(self._lease, self._ttl_seconds, self._clock.now_ns())
            except SchemahubError as error:
                self._failure = error
            else:
                self._failure, self._renewed = None, asked

    def release(self) -> None:
        """Give the lease back; where that fails, it runs out by itself."""
        with self._changing, contextlib.suppress(SchemahubError):
            self._failure = LeaseLost("the lease was given back", where=self._lease.name)
            self._provider.release(self._lease)


class LeaseKeeper:
    """Takes leases for this process and renews them until they are given back.

    As a context manager it runs the heartbeat thread. The heartbeat takes no notice of a run's wish to
    stop, because work in hand is still finished then; it ends with the keeper.
    """

    def __init__(
        self,
        provider: LockProvider,
        clock: Clock,
        *,
        ttl_seconds: float = TTL_SECONDS,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        """Keep the provider; nothing is asked of it yet."""
        self._provider = provider
        self._clock = clock
        self._ttl_seconds = ttl_seconds
        self._every_seconds = every_seconds
        self._held: dict[int, HeldLease] = {}
        self._closed = Stop()
        self._thread = threading.Thread(target=self._run, name="schemahub-heartbeat", daemon=True)

    @contextlib.contextmanager
    def hold(self, name: str) -> Iterator[HeldLease | None]:
        """Hold a lease for the block; None if somebody else has it.

        A holder that died on this host is displaced at once: nobody waits for a killed run.
        """
        held = self._acquire(name)
        if held is None:
            yield None
            return
        self._held[id(held)] = held
        try:
            yield held
        finally:
            del self._held[id(held)]
            held.release()

    def holder(self, name: str) -> str:
        """Return who holds a lease, for messages."""
        return self._provider.holder(name) or "another runner"

    def beat(self) -> None:
        """Renew every lease in hand, one after another."""
        for held in tuple(self._held.values()):
            held.renew()

    def _acquire(self, name: str) -> HeldLease | None:
        asked, asked_ns = self._clock.monotonic(), self._clock.now_ns()
        owner = owner_name()
        lease = self._provider.acquire(name, owner, self._ttl_seconds, asked_ns)
        if lease is None:
            holder = self._provider.holder(name)
            if holder is None or not owner_is_gone(holder):
                return None
            lease = self._provider.acquire(name, owner, self._ttl_seconds, asked_ns, evict=holder)
        return HeldLease(self._provider, self._clock, self._ttl_seconds, lease, asked) if lease else None

    def _run(self) -> None:
        # Real time, whatever clock the run has: a heartbeat on a clock that jumps would not rest.
        while not self._closed.wait(self._every_seconds):
            self.beat()

    def __enter__(self) -> Self:
        """Start the heartbeat."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the heartbeat."""
        self._closed.set("closed")
        self._thread.join(_CLOSE_SECONDS)
