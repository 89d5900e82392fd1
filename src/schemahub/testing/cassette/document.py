"""A cassette as a value, and as a file: plain JSON that a person can read and cut down."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemahub.errors import ConfigError
from schemahub.layout import encode
from schemahub.spans import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemahub.connector import Connector
    from schemahub.model import Steps
    from schemahub.testing.cassette.transport import CassetteTransport

CASSETTE_SCHEMA = 1
"""The form of the file that this version reads and writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One method of a connector that was driven, and how it ended.

    `outcome` is `ok`, or the name of the error that it raised.
    """

    method: str
    arguments: Mapping[str, Any]
    outcome: str

    def start(self, connector: Connector) -> Steps[Any]:
        """Begin the same call anew."""
        given = dict(self.arguments)
        if self.method == "page":
            given = {"product": given["product"], "span": Span(given["first"], given["last"])}
        steps: Steps[Any] = getattr(connector, self.method)(**given)
        return steps

    def __str__(self) -> str:
        """Print as it would be written: `page(product='BTC-USD', first=1, last=100)`."""
        return f"{self.method}({', '.join(f'{name}={value!r}' for name, value in self.arguments.items())})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A request and its answer; what was secret is gone, and headers are those of interest.

    `path` is what follows the connector's `base_url`; `body` is decompressed.
    """

    method: str
    path: str
    params: Mapping[str, str]
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def key(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """Return what a request is known again by."""
        return self.method, self.path, tuple(sorted(self.params.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cassette:
    """What one recording heard, in order; `hidden` names the parameters whose values were taken out."""

    exchange: str
    recorded: str
    calls: Sequence[Call]
    answers: Sequence[Recorded]
    hidden: Sequence[str] = ()
    source: str = ""

    @classmethod
    def read(cls, path: str | Path) -> Cassette:
        """Read a file; `ConfigError` if it is none, or a newer schemahub's."""
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
            schema = document["schema"]
            if schema != CASSETTE_SCHEMA:
                msg = "the cassette was written by another version of schemahub"
                raise ConfigError(
                    msg, where=str(path), expected=f"schema {CASSETTE_SCHEMA}", found=str(schema)
                )
            return cls(
                exchange=document["exchange"],
                recorded=document["recorded"],
                calls=tuple(Call(**call) for call in document["calls"]),
                answers=tuple(_answer(each) for each in document["answers"]),
                hidden=tuple(document["hidden"]),
                source=str(path),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = "this is no cassette"
            hint = "Make one with `schemahub record EXCHANGE --product ID`"
            raise ConfigError(msg, where=str(path), found=repr(error), hint=hint) from error

    def write_into(self, folder: Path) -> Path:
        """Write a new file, named by exchange, product and time, and return its path."""
        product = next((call.arguments["product"] for call in self.calls if "product" in call.arguments), "")
        stamp = re.sub(r"[-:.]", "", self.recorded)
        path = folder / f"{self.exchange}.{encode(product)}.{stamp}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.write(path)
        except OSError as error:
            msg = "the cassette cannot be written"
            raise ConfigError(msg, where=str(path), found=error.strerror) from error
        return path

    def write(self, path: Path) -> None:
        """Write a new file; one that exists is a `FileExistsError`."""
        document = {
            "schema": CASSETTE_SCHEMA,
            "exchange": self.exchange,
            "recorded": self.recorded,
            "hidden": list(self.hidden),
            "calls": [dataclasses.asdict(call) for call in self.calls],
            "answers": [_plain(answer) for answer in self.answers],
        }
        with path.open("x", encoding="utf-8") as file:
            json.dump(document, file, indent=1, ensure_ascii=False)
            file.write("\n")

    def transport(self, base_url: str = "") -> CassetteTransport:
        """Return an httpx transport that gives the recorded answers, and refuses whatever was not asked.

        `base_url` is the one that requests are sent to: the path in it is no part of what was recorded.
        """
        from schemahub.testing.cassette.transport import CassetteTransport

        return CassetteTransport(self, base_url)


def _plain(answer: Recorded) -> dict[str, object]:
    """Return an answer for JSON; a body that is text stays readable."""
    document = {name: getattr(answer, name) for name in ("method", "path", "params", "status", "headers")}
    try:
        return {**document, "text": answer.body.decode("utf-8")}
    except UnicodeDecodeError:
        return {**document, "base64": base64.b64encode(answer.body).decode("ascii")}


def _answer(document: dict[str, Any]) -> Recorded:
    text, packed = document.pop("text", None), document.pop("base64", "")
    body = base64.b64decode(packed, validate=True) if text is None else text.encode("utf-8")
    return Recorded(**document, body=body)
