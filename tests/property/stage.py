"""Actors that move one I/O step at a time, as a test decides, and may fail or die at each.

Each actor is a thread that runs real code. Before every I/O step it waits at the gate; the test then says
what becomes of the step. Only one actor moves at a time, so a run is a function of the test's choices.
"""

from __future__ import annotations

import enum
import threading
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Self, TypeVar

from schemahub.errors import RetryableError
from schemahub.object_store import ObjectInfo, ObjectStore, Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")

_LONG = 60.0


class Fate(enum.Enum):
    """What becomes of an I/O step."""

    DONE = "done"
    FAILS = "fails"
    REPLY_LOST = "done, but the reply is lost"
    KILLED_BEFORE = "the process dies before it"
    KILLED_AFTER = "the process dies right after it"


class Killed(BaseException):
    """The actor's process is gone: nothing more of it may reach the world."""


class Actor:
    """One simulated process."""

    def __init__(self, name: str, work: Callable[[Actor], None]) -> None:
        self.name = name
        self.error: BaseException | None = None
        self.dead = False
        self._killed = False
        self._may_go = threading.Semaphore(0)
        self._waits = threading.Event()
        self._fate = Fate.DONE
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()
        self._waits.wait(_LONG)

    @property
    def alive(self) -> bool:
        return not self.dead

    def move(self, fate: Fate = Fate.DONE) -> None:
        """Let the actor do its next I/O step, and run on to the one after."""
        if self.dead:
            return
        self._fate = fate
        self._waits.clear()
        self._may_go.release()
        assert self._waits.wait(_LONG), f"{self.name} hangs"

    def kill(self) -> None:
        while not self.dead:
            self.move(Fate.KILLED_BEFORE)

    def finish(self) -> None:
        """Run to the end without faults, and raise what it raised."""
        for _ in range(20_000):
            if self.dead:
                break
            self.move()
        assert self.dead, f"{self.name} does not come to an end"
        if self.error is not None:
            raise self.error

    def io(self, step: Callable[[], T]) -> T:
        """Do an I/O step as the test decides; a process that was killed does none, in none of its threads."""
        if self._killed:
            raise Killed
        self._waits.set()
        self._may_go.acquire()
        fate = self._fate
        self._killed = fate in {Fate.KILLED_BEFORE, Fate.KILLED_AFTER}
        if fate is Fate.KILLED_BEFORE:
            raise Killed
        if fate is Fate.FAILS:
            msg = "the network is down"
            raise RetryableError(msg)
        result = step()
        if fate is Fate.KILLED_AFTER:
            raise Killed
        if fate is Fate.REPLY_LOST:
            msg = "the reply was lost"
            raise RetryableError(msg)
        return result

    def _run(self, work: Callable[[Actor], None]) -> None:
        try:
            work(self)
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            self.error = error
        finally:
            self.dead = True
            self._waits.set()


class SteppedStore(ObjectStore):
    """A store whose every call is an I/O step of one actor."""

    scheme: ClassVar[str] = "stepped"

    def __init__(self, store: ObjectStore, actor: Actor) -> None:
        self._store = store
        self._actor = actor

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        raise AssertionError((url, options))

    def get(self, key: str) -> Stored:
        return self._actor.io(lambda: self._store.get(key))

    def open(self, key: str) -> BinaryIO:
        return self._actor.io(lambda: self._store.open(key))

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        return iter(self._actor.io(lambda: list(self._store.list(prefix, start_after))))

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        return self._actor.io(lambda: self._store.put_new(key, data))

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        return self._actor.io(lambda: self._store.put_if(key, data, version))

    def delete(self, key: str) -> None:
        self._actor.io(lambda: self._store.delete(key))
