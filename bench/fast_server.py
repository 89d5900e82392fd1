"""A trades endpoint that costs next to nothing, so that what is measured is the client.

It answers like Coinbase Exchange (`after`, `before`, `limit`, newest first, 1000 a page), with ids and
times by arithmetic: a page is a template in which two fields of fixed width are patched. It runs in a
process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
import zlib
from datetime import UTC, datetime, timedelta

FIRST = 1_000_000_000
"""The oldest trade's id; all ids have ten digits."""
START = datetime(2008, 1, 1, tzinfo=UTC)
"""The oldest trade's time; 1000 trades a minute follow, for fifteen years."""
PAGE = 1000
# zstd finds repeats half a megabyte back: templates must come round later, or batches pack too well.
TEMPLATES = 64
BLOCK, MINUTE = b"#######", b"@@@@-@@-@@T@@:@@"


class Tape:
    """Consecutive trades; block `k` holds the thousand ids that begin with its seven digits."""

    def __init__(self, head: int) -> None:
        self.head = head
        rng = random.Random(7)  # noqa: S311 - a tape, no secret
        self._templates = [_template(rng) for _ in range(TEMPLATES)]

    def page(self, first: int, last: int) -> bytes:
        """Return trades as a JSON array, newest first."""
        first, last = max(first, FIRST), min(last, self.head)
        parts = []
        while first <= last:
            block, end = divmod(last, PAGE)
            begin = max(first, block * PAGE) % PAGE
            parts.append(self._rows(block, begin, end))
            last = block * PAGE - 1
        return b"[" + b",".join(parts) + b"]"

    def _rows(self, block: int, begin: int, end: int) -> bytes:
        template, offsets = self._templates[block % TEMPLATES]
        minute = START + timedelta(minutes=block - FIRST // PAGE)
        rows = template[offsets[PAGE - 1 - end] : offsets[PAGE - begin] - 1]
        return rows.replace(BLOCK, b"%07d" % block).replace(MINUTE, f"{minute:%Y-%m-%dT%H:%M}".encode())


def _template(rng: random.Random) -> tuple[bytes, list[int]]:
    """Return a block's rows, newest first, each ended by a comma, and where each begins."""
    rows, price = [], float(rng.randrange(60_000, 90_000))
    for index in reversed(range(PAGE)):
        price += rng.choice((0, 0, 0, -0.5, 0.01, 0.5))
        seconds = index * 0.06
        rows.append(
            b'{"trade_id":%s%03d,"side":"%s","size":"%.8f","price":"%.8f","time":"%s:%09.6fZ"},'
            % (BLOCK, index, rng.choice((b"buy", b"sell")), rng.expovariate(50), price, MINUTE, seconds)
        )
    offsets = [0]
    for row in rows:
        offsets.append(offsets[-1] + len(row))
    return b"".join(rows), offsets


class Gate:
    """The exchange's own rate limit, and what came of it."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second, self._burst = per_second, burst
        self._tokens, self._as_of = burst, time.monotonic()
        self.served = self.refused = 0

    def admits(self) -> bool:
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._as_of) * self._per_second)
        self._as_of = now
        admitted = not self._per_second or self._tokens >= 1
        self._tokens -= admitted
        self.served += admitted
        self.refused += not admitted
        return admitted


class Connection(asyncio.Protocol):
    """One keep-alive connection; requests have no body."""

    def __init__(self, tape: Tape, gate: Gate, delay: float, *, packed: bool) -> None:
        self._tape, self._gate, self._delay, self._packed = tape, gate, delay, packed
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        for request in requests:
            target = request.split(b" ", 2)[1]
            if self._delay and not target.startswith(b"/stats"):
                asyncio.get_running_loop().call_later(self._delay, self._answer, target)
            else:
                self._answer(target)

    def _answer(self, target: bytes) -> None:
        if self._transport.is_closing():
            return
        path, _, query = target.decode().partition("?")
        if path == "/stats":
            stats = {"served": self._gate.served, "refused": self._gate.refused}
            self._write(b"200 OK", json.dumps(stats).encode())
        elif self._gate.admits():
            self._write(b"200 OK", self._body(query))
        else:
            self._write(b"429 Too Many Requests", b'{"message":"Public rate limit exceeded"}')

    def _body(self, query: str) -> bytes:
        given = dict(pair.split("=") for pair in query.split("&")) if query else {}
        limit = min(int(given.get("limit", PAGE)), PAGE)
        last = min(int(given.get("after", self._tape.head + 1)) - 1, self._tape.head)
        return self._tape.page(max(int(given.get("before", 0)) + 1, last - limit + 1), last)

    def _write(self, status: bytes, body: bytes) -> None:
        encoding = b""
        if self._packed:
            # As nginx does it, level 1: more would make this server the slower side.
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            body, encoding = packer.compress(body) + packer.flush(), b"Content-Encoding: gzip\r\n"
        self._transport.write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json; charset=utf-8\r\n%sContent-Length: %d\r\n\r\n"
            % (status, encoding, len(body))
        )
        self._transport.write(body)


async def serve(options: argparse.Namespace) -> None:
    tape = Tape(FIRST + options.trades - 1)
    gate = Gate(options.rate, options.burst)

    def connect() -> Connection:
        return Connection(tape, gate, options.delay_ms / 1000, packed=options.gzip)

    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started this server holds its input open; the end of it is the end of the server.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--trades", type=int, default=8_000_000_000, help="how many there are of each product"
    )
    parser.add_argument("--delay-ms", type=float, default=0, help="added to each answer")
    parser.add_argument("--rate", type=float, default=0, help="requests a second; 0: no limit")
    parser.add_argument("--burst", type=float, default=15)
    parser.add_argument("--gzip", action="store_true", help="compress bodies")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
