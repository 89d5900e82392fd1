"""Drive a connector's methods, and keep what the exchange said."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

from schemahub._clock import Stop, SystemClock
from schemahub._exchange import connected
from schemahub.errors import PermanentError
from schemahub.events import silent
from schemahub.model import Paging
from schemahub.testing.cassette.document import Call, Cassette, Recorded
from schemahub.testing.cassette.secrets import scrubbed, secrets_of
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from schemahub._clock import Clock
    from schemahub._config import Settings
    from schemahub._exchange import Exchange
    from schemahub.connector import Connector
    from schemahub.model import Head, Page, Response
    from schemahub.window_connector import WindowConnector

_FEW = 3
_NEEDED = 2
"""The calls at the beginning without which there is nothing to record."""
_AHEAD = 10**9
_BEFORE_NS = 60 * 10**9

Script = Generator[tuple[str, dict[str, Any]], Any, None]


def record(  # noqa: PLR0913 - one argument a choice
    name: str,
    product: str,
    settings: Settings,
    *,
    pages: int,
    clock: Clock | None = None,
    stop: Stop | None = None,
) -> Cassette:
    """Ask an exchange for its products, a product's head, some pages, and a product that it has not.

    Requests go through the same protection as any run's. Without products or a head nothing can be recorded,
    and their error is raised; one that ends another call is kept as that call's outcome.
    """
    clock, answers, calls = clock or SystemClock(), list[Recorded](), list[Call]()

    def hear(response: Response) -> None:
        answers.append(_recorded(response))

    with connected(name, settings, clock=clock, stop=stop or Stop(), emit=silent, heard=hear) as exchange:
        script = _script(exchange.connector, product, pages)
        value: Any = None
        with contextlib.suppress(StopIteration):
            while True:
                method, arguments = script.send(value)
                call = Call(method=method, arguments=arguments, outcome="ok")
                value, error = _made(call, exchange)
                if error and len(calls) < _NEEDED:
                    raise error
                calls.append(replace(call, outcome=type(error).__name__) if error else call)
        secrets = secrets_of(exchange.connector.config)
    clean, hidden = scrubbed(answers, secrets)
    recorded = ns_to_iso(clock.now_ns())
    return Cassette(exchange=name, recorded=recorded, calls=calls, answers=clean, hidden=hidden)


def _made(call: Call, exchange: Exchange) -> tuple[Any, PermanentError | None]:
    try:
        return exchange.http.call(lambda: call.start(exchange.connector)), None
    except PermanentError as error:
        return None, error


def _recorded(response: Response) -> Recorded:
    request = response.request
    path, _, query = request.path.partition("?")
    return Recorded(
        method=request.method,
        path=path if path.startswith("/") else f"/{path}",
        params={**dict(parse_qsl(query, keep_blank_values=True)), **request.params},
        status=response.status,
        headers=response.headers,
        body=response.body,
    )


def _script(connector: Connector, product: str, pages: int) -> Script:
    """Yield the calls to make, and get what each returned."""
    yield "products", {}
    head: Head = yield "head", {"product": product}
    if not head.positions:
        msg = "the product has never traded: there is nothing to record"
        raise PermanentError(msg, where=f"{connector.name} {product}")
    yield from _SCRIPTS[connector.paging](connector, product, head, pages)
    # Nobody lists it, and it is spelt like the one that there is.
    unknown = re.sub(r"[a-z]", "z", re.sub(r"[A-Z]", "Z", product))
    yield "head", {"product": unknown}


def _by_position(connector: Connector, product: str, head: Head, pages: int) -> Script:
    last = head.positions[-1]
    for _ in range(pages):
        first = max(1, last - connector.page_limit + 1)
        yield "page", {"product": product, "first": first, "last": last}
        last = max(1, first - 1)
    # A short one, and one that does not exist yet: what an exchange says at its edges differs.
    yield "page", {"product": product, "first": max(1, last - _FEW + 1), "last": last}
    ahead = head.positions[-1] + _AHEAD
    yield "page", {"product": product, "first": ahead, "last": ahead + _FEW - 1}


def _by_token(connector: Connector, product: str, head: Head, pages: int) -> Script:
    del connector
    token: str | None = yield "token_at", {"product": product, "time_ns": head.times_ns[0] - _BEFORE_NS}
    for _ in range(pages):
        if token is None:
            return
        page: Page | None = yield "follow", {"product": product, "token": token}
        token = page.next_token if page else None


def _by_window(connector: Connector, product: str, head: Head, pages: int) -> Script:
    del head
    window = cast("WindowConnector", connector)
    for seconds in window.windows[:pages]:
        yield "recent", {"product": product, "seconds": seconds}


_SCRIPTS: dict[Paging, Callable[..., Script]] = {
    Paging.BY_POSITION: _by_position,
    Paging.BY_TOKEN: _by_token,
    Paging.BY_WINDOW: _by_window,
}
