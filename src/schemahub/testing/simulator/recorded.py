"""Recorded HTTP exchanges (nock's JSON) as an httpx transport."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from schemahub.errors import ConfigError

_HOPS = {"content-length", "content-encoding", "transfer-encoding", "connection", "set-cookie"}


class RecordedTransport(httpx.BaseTransport):
    """Answers each recorded request with its recorded reply, any number of times.

    A recording holds its bodies parsed, so they are sent in compact JSON. A request that was not recorded
    raises `LookupError`, which names it.
    """

    def __init__(self, path: str | Path) -> None:
        """Read a recording: a list of `{method, path, status, response, rawHeaders}`."""
        self._replies: dict[tuple[str, str], dict[str, Any]] = {}
        try:
            for entry in json.loads(Path(path).read_bytes()):
                self._replies[entry["method"], entry["path"]] = entry
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = "this file is no recording"
            raise ConfigError(msg, where=str(path), found=str(error)) from error

    @property
    def targets(self) -> list[str]:
        """Return the paths recorded, with their queries, in order."""
        return [target for _, target in self._replies]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request from the recording."""
        target = request.url.raw_path.decode()
        entry = self._replies.get((request.method, target))
        if entry is None:
            msg = f"not recorded: {request.method} {target}"
            raise LookupError(msg)
        return httpx.Response(entry["status"], headers=_headers(entry), content=_body(entry["response"]))


def _body(response: object) -> bytes:
    return json.dumps(response, separators=(",", ":"), ensure_ascii=False).encode()


def _headers(entry: dict[str, Any]) -> list[tuple[str, str]]:
    raw = entry.get("rawHeaders", [])
    pairs = zip(raw[::2], raw[1::2], strict=True)
    return [(name, value) for name, value in pairs if name.lower() not in _HOPS]
