"""Large files over real sockets: what breaks off goes on, what lies is found out, nothing is endless."""

from __future__ import annotations

import contextlib
import hashlib
import random
import re
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from schemahub._classify import classify_http
from schemahub._http.client import HttpClient
from schemahub._http.download import PROGRESS_BYTES
from schemahub.errors import Cancelled, ConfigError, RetriesExhausted, UnknownProduct
from schemahub.events import RequestSent
from schemahub.model import RateLimit, Request, Site
from schemahub.settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub._clock import Stop
    from schemahub.events import Event
    from schemahub.testing.fake_clock import FakeClock

FILE = random.Random(1).randbytes(3 * PROGRESS_BYTES + 12_345)  # noqa: S311 - no secret
DIGEST = hashlib.sha256(FILE).hexdigest()
REQUEST = Request(path="/data/BTCUSDT.zip", site=Site.ARCHIVE, endpoint="file")
SETTINGS = HttpSettings(attempts=4, read_timeout=1, answer_seconds=5)


class FileServer:
    """Serves one file; each answer is as the test says, in order, then whole and honest."""

    def __init__(self) -> None:
        self.scripts: list[str] = []
        self.asked: list[str | None] = []
        self.etag = '"v1"'
        self.body = FILE
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self._answer(connection, connection.recv(65536).decode())

    def _answer(self, connection: socket.socket, head: str) -> None:
        found = re.search(r"range: bytes=(\d+)-\r", head, re.IGNORECASE)
        version = re.search(r"if-range: (.*)\r", head, re.IGNORECASE)
        self.asked.append(found[1] if found else None)
        script, _, number = (self.scripts.pop(0) if self.scripts else "whole").partition(" ")
        start = int(found[1]) if found and version and version[1] == self.etag else 0
        status = f"206 Part\r\nContent-Range: bytes {start}-{len(self.body)}/*" if start else "200 OK"
        rest = self.body[start:]
        length = len(rest)
        match script:
            case "breaks":
                rest = rest[: int(number)]
            case "short":
                rest, length = rest[: int(number)], int(number)
            case "other_part":
                status = "206 Part\r\nContent-Range: bytes 7-9/10"
            case "status":
                status, rest, length = f"{number} No", b"<html>no", 8
            case "gzip":
                status += "\r\nContent-Encoding: gzip"
        headers = (
            f"HTTP/1.1 {status}\r\nETag: {self.etag}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            connection.sendall(headers.encode() + rest)


@pytest.fixture
def server() -> Iterator[FileServer]:
    made = FileServer()
    yield made
    made.close()


def client(
    server: FileServer, clock: FakeClock, stop: Stop, events: list[Event], settings: HttpSettings = SETTINGS
) -> HttpClient:
    limit = RateLimit(name="files", per_second=100, burst=100)
    return HttpClient(
        server.url, (limit,), classify_http, settings, clock=clock, stop=stop, emit=events.append
    )


@pytest.fixture
def brought(
    server: FileServer, clock: FakeClock, stop: Stop, events: list[Event], tmp_path: Path
) -> Iterator[Brought]:
    http = client(server, clock, stop, events)
    yield Brought(http, tmp_path / "file")
    http.close()


class Brought:
    """Downloads into a file of the test."""

    def __init__(self, http: HttpClient, path: Path) -> None:
        self._http = http
        self.path = path

    def __call__(self) -> tuple[int, str]:
        with self.path.open("w+b") as into:
            got = self._http.download(REQUEST, into)
        assert hashlib.sha256(self.path.read_bytes()).hexdigest() == got.sha256
        return got.size, got.sha256


def test_a_file_is_brought_whole_with_its_digest(
    server: FileServer, brought: Brought, events: list[Event]
) -> None:
    assert brought() == (len(FILE), DIGEST)
    assert [event.endpoint for event in events if isinstance(event, RequestSent)] == ["file"]
    assert server.asked == [None]


def test_what_breaks_off_goes_on_where_it_was(server: FileServer, brought: Brought) -> None:
    server.scripts = [f"breaks {PROGRESS_BYTES + 5}", "breaks 100", "status 503"]
    assert brought() == (len(FILE), DIGEST)
    at = str(PROGRESS_BYTES + 5)
    assert server.asked[:2] == [None, at]
    assert server.asked[2:] == [str(PROGRESS_BYTES + 105)] * 2


def test_attempts_that_bring_the_file_further_are_not_counted(
    server: FileServer, brought: Brought, clock: FakeClock
) -> None:
    server.body = FILE * 3
    server.scripts = [f"breaks {PROGRESS_BYTES}"] * 8  # twice as many as may fail
    assert brought()[0] == 3 * len(FILE)
    assert clock.monotonic() == 0


def test_a_file_that_begins_again_and_again_is_given_up(server: FileServer, brought: Brought) -> None:
    for attempt in range(20):
        server.scripts.append(f"breaks {PROGRESS_BYTES + attempt}")
    server.etag = 'W/"weak"'  # no range can be added to it
    with pytest.raises(RetriesExhausted, match="gave up after 4 attempts"):
        brought()
    assert set(server.asked) == {None}


def test_another_version_is_brought_from_its_beginning(server: FileServer, brought: Brought) -> None:
    server.scripts = [f"breaks {PROGRESS_BYTES}", "whole"]
    other = FILE[::-1]

    asked = server.asked

    class Watching(list[str]):
        def pop(self, index: object = -1) -> str:
            script = super().pop(index)  # type: ignore[arg-type]  # an index of a list
            if len(asked) == 2:
                server.body, server.etag = other, '"v2"'
            return script

    server.scripts = Watching(server.scripts)
    assert brought() == (len(other), hashlib.sha256(other).hexdigest())
    assert server.asked == [None, str(PROGRESS_BYTES)]


def test_a_length_that_is_too_short_shows_in_the_digest(server: FileServer, brought: Brought) -> None:
    server.scripts = ["short 1000"]
    size, digest = brought()
    assert size == 1000
    assert digest != DIGEST


@pytest.mark.parametrize("script", ["other_part", "gzip", "status 416"])
def test_what_was_not_asked_for_is_not_taken(server: FileServer, brought: Brought, script: str) -> None:
    server.scripts = [f"breaks {PROGRESS_BYTES}", script]
    assert brought() == (len(FILE), DIGEST)
    assert server.asked[-1] is None


def test_a_file_that_is_not_there_is_said_at_once(server: FileServer, brought: Brought) -> None:
    server.scripts = ["status 404"]
    with pytest.raises(UnknownProduct, match=r"/data/BTCUSDT.zip.*HTTP 404"):
        brought()
    assert len(server.asked) == 1


def test_a_host_that_refuses_is_left_alone(server: FileServer, brought: Brought) -> None:
    server.scripts = ["status 403"] * 20
    with pytest.raises(RetriesExhausted, match="403"):
        brought()
    assert len(server.asked) <= 4


def test_a_file_has_a_largest_size(
    server: FileServer, clock: FakeClock, stop: Stop, events: list[Event], tmp_path: Path
) -> None:
    http = client(server, clock, stop, events, SETTINGS.model_copy(update={"max_download_bytes": 1000}))
    with pytest.raises(RetriesExhausted, match="too large"):
        Brought(http, tmp_path / "file")()
    http.close()


def test_a_full_disk_is_the_users(brought: Brought) -> None:
    brought.path.write_bytes(b"")
    with brought.path.open("rb") as read_only, pytest.raises(ConfigError, match="TMPDIR"):
        brought._http.download(REQUEST, _Full(read_only))  # type: ignore[arg-type]  # what is used of a file


class _Full:
    def __init__(self, _file: object) -> None:
        pass

    def seek(self, _place: int) -> None:
        pass

    def truncate(self) -> None:
        pass

    def write(self, _data: bytes) -> None:
        raise OSError(28, "No space left on device")


def test_it_ends_when_the_run_is_told_to_stop(
    server: FileServer, clock: FakeClock, stop: Stop, events: list[Event], tmp_path: Path
) -> None:
    http = client(server, clock, stop, events)

    class Stopping:
        def __init__(self) -> None:
            self.file = (tmp_path / "file").open("w+b")

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

        def write(self, data: bytes) -> int:
            stop.set("enough")
            return self.file.write(data)

    into = Stopping()
    with pytest.raises(Cancelled, match="enough"):
        http.download(REQUEST, into)  # type: ignore[arg-type]  # what is used of a file
    into.file.close()
    http.close()
