"""Requests go to the address that they name; each has limits and connections of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from schemahub._classify import classify_http
from schemahub._http.client import HttpClient
from schemahub._http.sites import Sites
from schemahub.errors import Cancelled, PermanentError, UnknownProduct
from schemahub.events import silent
from schemahub.model import RateLimit, Request, Response, Site, Steps

if TYPE_CHECKING:
    from schemahub._clock import Stop
    from schemahub.testing.fake_clock import FakeClock

API, FILE = Request(path="/trades"), Request(path="/x.zip", site=Site.ARCHIVE)


def client(host: str, clock: FakeClock, stop: Stop) -> HttpClient:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404 if "missing" in request.url.path else 200, content=host.encode())

    limit = RateLimit(name=host, per_second=1, burst=1)
    return HttpClient(
        f"https://{host}",
        (limit,),
        classify_http,
        clock=clock,
        stop=stop,
        emit=silent,
        transport=httpx.MockTransport(answer),
    )


@pytest.fixture
def sites(clock: FakeClock, stop: Stop) -> Sites:
    return Sites(client("api.test", clock, stop), client("files.test", clock, stop))


def asking(*requests: Request) -> Steps[list[bytes]]:
    found: list[bytes] = []
    for request in requests:
        try:
            response: Response = yield request
        except UnknownProduct:
            found.append(b"missing")
        else:
            found.append(response.body)
    return found


def test_each_request_goes_where_it_belongs(sites: Sites) -> None:
    missing = Request(path="/missing.zip", site=Site.ARCHIVE)
    assert sites.call(lambda: asking(API, FILE, missing)) == [b"api.test", b"files.test", b"missing"]
    assert sites.drive(asking(FILE)) == [b"files.test"]


def test_limits_are_apart(sites: Sites, clock: FakeClock) -> None:
    sites.call(lambda: asking(API, FILE))
    assert clock.monotonic() == 0, "each bucket held one"
    sites.call(lambda: asking(FILE))
    assert clock.monotonic() == pytest.approx(1)


def test_without_an_address_of_files_they_are_not_asked_for(clock: FakeClock, stop: Stop) -> None:
    alone = Sites(client("api.test", clock, stop))
    assert not alone.has_archive
    with pytest.raises(PermanentError, match="archive_url"):
        alone.call(lambda: asking(FILE))


def test_all_are_broken_off_together(sites: Sites, stop: Stop) -> None:
    stop.set("enough")
    sites.abort()
    for request in (API, FILE):
        with pytest.raises(Cancelled, match="enough"):
            sites.send(request)
    sites.close()
