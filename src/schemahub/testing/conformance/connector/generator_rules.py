"""What a connector's methods are: generators that say what they want, and do nothing themselves."""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from schemahub.errors import SchemahubError, UnknownProduct
from schemahub.model import Paging, Request, Site
from schemahub.spans import Span
from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.conformance.connector.talking import StopAsking, replayed
from schemahub.testing.conformance.connector.watching import watched
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub.connector import Connector
    from schemahub.model import Steps
    from schemahub.testing.conformance.connector.base import Sample
    from schemahub.testing.conformance.connector.reading import Tape
    from schemahub.testing.conformance.connector.talking import Talk

_ODD = ("../x", "a b", "A/B", "A?b=c", "A#b", "..", "%2e%2e", "A\nB", "漢字", "a&b=c", "")
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/%:,@!$'()*+;=")
_MOST_REQUESTS = 50


def calls(connector: Connector, product: str, tape: Tape) -> Iterator[tuple[str, Callable[[], Steps[Any]]]]:
    """Yield every method with arguments that make sense, by its name."""
    first, time_ns = tape.positions[0], tape.times_ns[len(tape.times_ns) // 2]
    yield "products", connector.products
    yield "head", lambda: connector.head(product)
    if connector.paging is Paging.BY_TOKEN:
        token: Any = connector
        minted = next((page.next_token for page in tape.pages if page.next_token), "1")
        yield "follow", lambda: token.follow(product, minted)
        yield "token_at", lambda: token.token_at(product, time_ns)
    elif connector.paging is Paging.BY_WINDOW:
        window: Any = connector
        yield "recent", lambda: window.recent(product, window.windows[0])
    else:
        yield "page", lambda: connector.page(product, Span(first, first))


class GeneratorRules(ConnectorBase):
    """CT-CON-09 to 13."""

    @rule("CT-CON-09")
    def test_no_io_of_its_own(self, connector: Connector, talk: Talk, product: str, tape: Tape) -> None:
        for name, start in calls(connector, product, tape):
            told = talk.ask(start())  # also imports whatever it imports late
            with watched() as found:
                again = talk.ask(start(), replayed(told.responses))
            assert found == [], f"{name}: expected requests to be yielded, found {found[:3]}"
            assert again.value == told.value, f"{name}: the same answers, expected the same result"

    @rule("CT-CON-10")
    def test_no_state(self, connector: Connector, talk: Talk, product: str, tape: Tape) -> None:
        def state() -> tuple[dict[str, Any], dict[str, Any]]:
            own = {name: value for name, value in vars(type(connector)).items() if not callable(value)}
            return copy.deepcopy(vars(connector)), {name: repr(value) for name, value in own.items()}

        before = state()
        for name, start in calls(connector, product, tape):
            alone = talk.ask(start())
            abandoned, interleaved = start(), start()
            next(abandoned, None)  # a token may be made without a request
            next(interleaved, None)
            abandoned.close()
            assert talk.ask(start(), replayed(alone.responses)).value == alone.value, f"{name}: beside others"
            interleaved.close()
            assert state() == before, f"{name}: expected attributes as before, found others"

    @rule("CT-CON-11")
    def test_requests_are_relative_gets(
        self, connector: Connector, talk: Talk, product: str, tape: Tape
    ) -> None:
        for name, start in calls(connector, product, tape):
            steps = start()
            generator = inspect.isgenerator(steps)
            assert generator, f"{name}: expected a generator, found {steps!r}"
            for response in talk.ask(steps).responses:
                _check_request(response.request, name)

    @rule("CT-CON-12")
    @pytest.mark.parametrize("odd", _ODD)
    def test_an_odd_id_is_encoded_or_refused(self, connector: Connector, tape: Tape, odd: str) -> None:
        for name, start in calls(connector, odd, tape):
            if name == "products":
                continue
            steps = start()
            try:
                request = next(steps, None)
            except UnknownProduct:
                continue
            finally:
                steps.close()
            if request is None:  # a token that is minted without a request
                continue
            _check_request(request, f"{name}({odd!r})")
            segments = [unquote(part) for part in request.path.split("/")]
            inside = odd in segments or odd in request.params.values()
            assert inside, (
                f"{name}({odd!r}): expected it encoded as one part of the path, found {request.path!r}"
            )
            assert odd not in {"..", ""} or odd in request.params.values(), (
                f"{name}({odd!r}): it moves the path"
            )

    @rule("CT-CON-13")
    def test_it_ends_whatever_is_said(
        self, connector: Connector, talk: Talk, product: str, sample: Sample, tape: Tape
    ) -> None:
        same = sample.responses[-1]
        for name, start in calls(connector, product, tape):
            try:
                talk.ask(start(), replayed([same] * _MOST_REQUESTS))
            except SchemahubError:
                continue
            except StopAsking:
                pytest.fail(f"{name}: expected at most {_MOST_REQUESTS} requests, found more")


def _check_request(request: Request, name: str) -> None:
    assert isinstance(request, Request), f"{name}: expected a Request, found {request!r}"
    assert request.method == "GET", f"{name}: expected GET, found {request.method}"
    assert isinstance(request.site, Site), f"{name}: expected one of Site, found {request.site!r}"
    assert request.path.startswith("/"), f"{name}: expected a path that begins with /, found {request.path!r}"
    assert not request.path.startswith("//"), f"{name}: expected a path below the base URL, found a host"
    strange = set(request.path.partition("?")[0]) - _SAFE
    assert not strange, f"{name}: expected an encoded path, found {request.path!r}"
    texts = [*request.params.items(), *request.headers.items()]
    for key, value in texts:
        text = isinstance(key, str) and isinstance(value, str)
        assert text, f"{name}: expected texts in params and headers, found {key!r}: {value!r}"
