"""What is recorded, what is not, and that it is answered again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
from click.testing import CliRunner
from pydantic import Field, SecretStr

from schemahub import Connector, ConnectorConfig, Head, Page, Product, Request
from schemahub._config import load_settings
from schemahub.cli._group import cli
from schemahub.errors import ConfigError, PermanentError
from schemahub.testing import Cassette
from schemahub.testing.cassette import Call, Recorded
from schemahub.testing.cassette.recording import record
from schemahub.testing.cassette.secrets import scrubbed

if TYPE_CHECKING:
    from pathlib import Path
    from typing import ClassVar

    from schemahub import Span, Steps
    from schemahub.testing import SimulatorServer

KEY, OTHER = "k3y/with+signs", "an0ther-secret-value"


def calls_of(cassette: Cassette) -> list[tuple[str, str]]:
    return [(call.method, call.outcome) for call in cassette.calls]


def test_every_method_is_driven_and_an_unknown_product(recorded: Cassette) -> None:
    assert calls_of(recorded) == [
        ("products", "ok"),
        ("head", "ok"),
        ("page", "ok"),
        ("page", "ok"),
        ("page", "ok"),
        ("page", "ok"),
        ("head", "UnknownProduct"),
    ]
    assert [answer.status for answer in recorded.answers] == [200, 200, 200, 200, 200, 200, 404]
    pages = [call.arguments for call in recorded.calls if call.method == "page"]
    assert pages[0]["first"] == pages[1]["last"] + 1, "pages touch, so that ids can be seen to be dense"


def test_a_file_says_what_the_value_said(recorded: Cassette, tmp_path: Path) -> None:
    path = recorded.write_into(tmp_path / "new" / "folder")
    again = Cassette.read(path)
    assert (again.calls, again.answers) == (tuple(recorded.calls), tuple(recorded.answers))
    assert path.name.startswith("coinbase.BTC-USD.20")
    with pytest.raises(ConfigError, match="File exists"):
        recorded.write_into(path.parent)


def test_bytes_that_are_no_text_survive(tmp_path: Path) -> None:
    answer = Recorded(method="GET", path="/x", params={}, status=200, headers={}, body=b"\xff\x00\r\n")
    cassette = Cassette(exchange="x", recorded="2026-01-01T00:00:00Z", calls=(), answers=(answer,))
    cassette.write(tmp_path / "x.json")
    assert Cassette.read(tmp_path / "x.json").answers == (answer,)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1}', '{"schema": 99}'])
def test_what_is_no_cassette_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ConfigError, match="cassette"):
        Cassette.read(tmp_path / "x.json")


def answer(status: int, **params: str) -> Recorded:
    return Recorded(method="GET", path="/v1/t", params=params, status=status, headers={}, body=b"[]")


def test_answers_come_by_question_and_in_their_order() -> None:
    answers = (answer(429, a="1", b="2"), answer(200, a="1", b="2"), answer(201, a="3"))
    cassette = Cassette(exchange="x", recorded="", calls=(), answers=answers, source="x.json")
    client = httpx.Client(transport=cassette.transport("http://x/api"), base_url="http://x/api")
    assert client.get("/v1/t", params={"a": "3"}).status_code == 201
    assert [client.get("/v1/t", params={"b": "2", "a": "1"}).status_code for _ in range(3)] == [429, 200, 200]
    with pytest.raises(PermanentError, match=r"x\.json: the cassette has no such request .*'a': '9'"):
        client.get("/v1/t", params={"a": "9"})
    with pytest.raises(PermanentError, match="expected another path"):
        client.get("/v1/other")


class SecretiveConfig(ConnectorConfig):
    base_url: str = "http://127.0.0.1:9"
    requests_per_second: float = Field(default=1_000, gt=0)
    burst: float = Field(default=1_000, ge=1)
    api_key: SecretStr = SecretStr(KEY)


class Secretive(Connector):
    """Puts its key wherever one can be put."""

    name: ClassVar[str] = "secretive"
    page_limit: ClassVar[int] = 10
    Config: ClassVar[type[ConnectorConfig]] = SecretiveConfig

    def ask(self) -> Request:
        params = {"k": KEY, "signature": OTHER, "page": "7"}
        return Request(path="/t", params=params, headers={"authorization": f"Bearer {KEY}"})

    def products(self) -> Steps[tuple[Product, ...]]:
        yield self.ask()
        return (Product(id="A-B", base="A", quote="B"),)

    def head(self, product: str) -> Steps[Head]:
        del product
        yield self.ask()
        return Head(positions=[5], times_ns=[1_767_225_600_000_000_000])

    def page(self, product: str, span: Span) -> Steps[Page]:
        del product, span
        yield self.ask()
        return Page(positions=(), lines=())


def telling(request: httpx.Request) -> httpx.Response:
    """Repeat what was sent, as a debugging exchange would."""
    headers = {"set-cookie": f"s={KEY}", "x-ratelimit-remaining": "9", "x-next-key": KEY, "date": "today"}
    said = {"url": str(request.url), "auth": request.headers["authorization"], "sig": OTHER}
    return httpx.Response(200, headers=headers, json=said)


@pytest.fixture
def secretive(monkeypatch: pytest.MonkeyPatch) -> Cassette:
    monkeypatch.setattr("schemahub._exchange.load", lambda kind, name: Secretive)  # noqa: ARG005 - as `load`
    transport = httpx.MockTransport(telling)
    monkeypatch.setattr("schemahub._http.connections.Connections._open", lambda self: transport)  # noqa: ARG005
    return record("secretive", "A-B", load_settings(environ={}), pages=1)


def test_no_secret_gets_into_a_cassette(secretive: Cassette, tmp_path: Path) -> None:
    path = secretive.write_into(tmp_path)
    text = path.read_text()
    for secret in (KEY, "k3y%2Fwith%2Bsigns", OTHER, "Bearer k3y", "cookie", "authorization"):
        assert secret not in text, secret
    assert len(secretive.answers) == 6, "the requests were really made"
    first = secretive.answers[0]
    assert first.params == {"k": "***", "signature": "***", "page": "7"}
    assert set(first.headers) == {"x-ratelimit-remaining", "date", "content-type"}
    assert secretive.hidden == ("k", "signature")
    assert b'"auth":"Bearer ***"' in first.body.replace(b": ", b":")


def test_a_cassette_answers_whoever_has_another_key(secretive: Cassette) -> None:
    client = httpx.Client(transport=secretive.transport(), base_url="http://x")
    assert client.get("/t", params={"k": "mine", "signature": "new", "page": "7"}).status_code == 200


def test_a_token_is_a_secret_unless_the_exchange_named_it() -> None:
    named = Recorded(method="GET", path="/t", params={}, status=200, headers={}, body=b'{"next":"t0k3n-42"}')
    going_on = Recorded(
        method="GET", path="/t", params={"token": "t0k3n-42"}, status=200, headers={}, body=b""
    )
    with_key = Recorded(
        method="GET", path="/t", params={"token": "an-api-key"}, status=200, headers={}, body=b""
    )
    clean, hidden = scrubbed((named, going_on, with_key), ())
    assert [answer.params.get("token") for answer in clean] == [None, "t0k3n-42", "***"]
    assert hidden == ("token",)


def test_the_command(server: SimulatorServer, tmp_path: Path) -> None:
    options = [
        "--product",
        "BTC-USD",
        "--base-url",
        server.url,
        "--out",
        str(tmp_path),
        "--pages",
        "1",
        "--json",
    ]
    outcome = CliRunner().invoke(cli, ["record", "coinbase", *options])
    assert outcome.exit_code == 0, outcome.output
    document = json.loads(outcome.output)
    assert Cassette.read(document["file"]).exchange == "coinbase"
    assert document["answers"] == 6
    wrong = CliRunner().invoke(cli, ["record", "coinbase", "--product", "NO-NO", "--base-url", server.url])
    assert wrong.exit_code == 1
    assert "HTTP 404" in wrong.output


def test_a_call_can_be_made_anew() -> None:
    call = Call(method="page", arguments={"product": "A-B", "first": 1, "last": 9}, outcome="ok")
    assert str(call) == "page(product='A-B', first=1, last=9)"
    assert next(call.start(Secretive(SecretiveConfig()))).path == "/t"
