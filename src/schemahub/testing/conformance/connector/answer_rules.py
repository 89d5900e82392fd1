"""What a connector makes of answers that are none."""

from __future__ import annotations

import gzip
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from schemahub.errors import RetryableError, SchemahubError, UnknownProduct
from schemahub.model import Ids, Outcome, Request, Response, Verdict
from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.conformance.connector.generator_rules import calls
from schemahub.testing.conformance.connector.mutations import with_id, with_lines
from schemahub.testing.conformance.connector.talking import Talk, Told, replayed, tried
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub.connector import Connector
    from schemahub.model import Steps
    from schemahub.testing.conformance.connector.base import Sample
    from schemahub.testing.conformance.connector.reading import Tape

_HTML = b"<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"
_ERRORS = (_HTML, b'{"message":"Internal server error"}', b"null", b'"error"', b"{}", b"0", b"\xff\xfe")
_ROWS = (b"{}", b"[]", b"null", b'"x"', b"1")
_MOST_ASKED = 60
_STATUSES = (500, 502, 503, 504, 520, 522, 530)


class AnswerRules(ConnectorBase):
    """CT-CON-33 to 42."""

    @rule("CT-CON-33")
    def test_an_error_page_is_no_answer(self, talk: Talk, product: str, tape: Tape) -> None:
        for name, start in calls(talk.connector, product, tape):
            for body in (*_ERRORS, *self.error_bodies):
                # The exchange's own words decide which error it is: "unknown product" is one, too.
                _expect_refusal(talk, name, start, body, kinds=SchemahubError)

    @rule("CT-CON-34")
    def test_a_cut_body_is_asked_for_again(self, talk: Talk, product: str, tape: Tape) -> None:
        for name, start in calls(talk.connector, product, tape):
            told = talk.ask(start())
            if not told.responses:
                continue
            body = told.responses[-1].body
            for size in (len(body) // 2, len(body) - 1):
                _expect_refusal(talk, name, start, body[:size], told.responses[:-1])

    @rule("CT-CON-35")
    def test_an_empty_body_is_asked_for_again(self, talk: Talk, product: str, tape: Tape) -> None:
        for name, start in calls(talk.connector, product, tape):
            for body in (b"", b" \n"):
                _expect_refusal(talk, name, start, body)

    @rule("CT-CON-36")
    def test_a_row_without_sense_is_an_error(self, talk: Talk, sample: Sample) -> None:
        lines = sample.page.lines
        for place in (0, len(lines) // 2, len(lines) - 1):
            for row in self._senseless(talk.connector, sample, place):
                changed = [*lines[:place], row, *lines[place + 1 :]]
                last = with_lines(sample.responses[-1], lines, changed)
                # Loud is what counts: rows of a time without ids are no reason to ask again.
                before = sample.responses[:-1]
                _expect_refusal(talk, f"row {place}", sample.again, last.body, before, kinds=SchemahubError)

    @rule("CT-CON-37")
    def test_429_is_a_rate_limit(self, connector: Connector) -> None:
        for body in (b'{"message":"Too many requests"}', _HTML, b""):
            _expect(connector, 429, body, Outcome.RATE_LIMITED)
            _expect(connector, 429, body, Outcome.RATE_LIMITED, wish="7")

    @rule("CT-CON-38")
    @pytest.mark.parametrize("status", [403, 418])
    def test_403_and_418_are_bans(self, connector: Connector, status: int) -> None:
        for body in (_HTML, b"", b'{"message":"Forbidden"}'):
            _expect(connector, status, body, Outcome.BANNED)
            _expect(connector, status, body, Outcome.BANNED, wish="120")

    @rule("CT-CON-39")
    @pytest.mark.parametrize("status", _STATUSES)
    def test_5xx_is_tried_again(self, connector: Connector, status: int) -> None:
        for body in (_HTML, b"", b'{"message":"maintenance"}'):
            _expect(connector, status, body, Outcome.RETRY)

    @rule("CT-CON-40")
    def test_classify_never_raises(self, connector: Connector) -> None:
        odd = {"retry-after": "soon", "x-ratelimit-remaining": "many", "date": "x", "content-type": "\xff"}
        bodies = (*_ERRORS, *self.error_bodies, b"", b"[[[", b'{"error":5}', b'{"code":null}', b"[null]")
        for status in (200, 204, 301, 400, 404, 429, 451, 500):
            for body in bodies:
                found = tried(partial(connector.classify, _response(status, body, odd)))
                said = f"classify of {status} {body[:40]!r}"
                assert isinstance(found, Verdict), f"{said}: expected a verdict, found {found!r}"

    @rule("CT-CON-41")
    def test_bodies_may_be_compressed(self, connector: Connector, transport: httpx.BaseTransport) -> None:
        plain = Talk(connector, transport)
        packed = Talk(connector, _Gzipped(transport))
        assert packed.tell(connector.products()) == plain.tell(connector.products()), "gzip: another list"

    @rule("CT-CON-42")
    def test_an_unknown_product_is_named_so(self, talk: Talk, product: str, tape: Tape) -> None:
        unknown = self.unknown_product or re.sub(r"[A-Za-z]", "Q", product)
        for name, start in calls(talk.connector, unknown, tape):
            if name in {"products", "token_at"}:
                continue
            try:
                value = talk.tell(start())
            except UnknownProduct:
                continue
            except SchemahubError as error:
                pytest.fail(f"{name}({unknown!r}): expected UnknownProduct, found {error!r}")
            pytest.fail(f"{name}({unknown!r}): expected UnknownProduct, found {value!r}"[:300])

    def _senseless(self, connector: Connector, sample: Sample, place: int) -> Sequence[bytes]:
        if connector.ids is Ids.OPAQUE:
            return _ROWS
        line, position = sample.page.lines[place], sample.page.positions[place]
        ids = (b'"x"', b"null", b"[]", b'"1.5"')
        return (*_ROWS, *(with_id(line, position, lambda _token, each=each: each) for each in ids))  # type: ignore[misc]  # bound now


class _Gzipped(httpx.BaseTransport):
    """Compresses as it was asked to: with what nobody unpacks, if that was asked for."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._transport.handle_request(request)
        body = b"".join(answer.stream)  # type: ignore[arg-type]  # a synchronous one
        wanted = [name.strip() for name in request.headers.get("accept-encoding", "").split(",")]
        encoding = next((name for name in wanted if name != "gzip"), "gzip")
        packed = gzip.compress(body) if encoding == "gzip" else body
        return httpx.Response(
            answer.status_code, headers={"content-encoding": encoding}, stream=_Body(packed)
        )


class _Body(httpx.SyncByteStream):
    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Any:  # noqa: ANN401 - an iterator of bytes
        yield self._data


def _expect_refusal(  # noqa: PLR0913 - what is said, and what was said before
    talk: Talk,
    name: str,
    start: Callable[[], Steps[Any]],
    body: bytes,
    before: Sequence[Response] = (),
    *,
    kinds: type[SchemahubError] = RetryableError,
) -> None:
    """Expect an error for this body with status 200, from `classify` or from the generator."""
    said = f"{name}, 200 {body[:60]!r}: expected {kinds.__name__}"
    answer = replayed([*before, *[_response(200, body)] * _MOST_ASKED])
    found = tried(lambda: talk.ask(start(), answer))
    if isinstance(found, Told):
        # A token that is minted without a request has no answer to doubt.
        assert not found.responses, f"{said}, found {found.value!r}"[:300]
    else:
        assert isinstance(found, kinds), f"{said}, found {found!r}"


def _expect(
    connector: Connector, status: int, body: bytes, outcome: Outcome, wish: str | None = None
) -> None:
    headers = {} if wish is None else {"retry-after": wish}
    verdict = connector.classify(_response(status, body, headers))
    said = f"{status} {body[:30]!r}"
    assert verdict.outcome is outcome, f"{said}: expected {outcome.value}, found {verdict.outcome.value}"
    if wish is not None:
        found = verdict.retry_after_seconds
        assert found == float(wish), f"{said} with Retry-After {wish}: expected {wish} s, found {found}"


def _response(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(request=Request(path="/x"), status=status, headers=headers or {}, body=body)
