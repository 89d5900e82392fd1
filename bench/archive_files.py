"""A month of one symbol's trades as Binance publishes it, and a server of it; both by arithmetic from the id.

    python bench/archive_files.py make FOLDER --rows 30_000_000     # the zip and its checksum, once
    python bench/archive_files.py serve FOLDER --rows 30_000_000    # until stdin closes

The month is March 2025. Trades go on behind it, in no file, so that pages have something to join to.
"""

from __future__ import annotations

import argparse
import hashlib
import http.server
import json
import shutil
import sys
import threading
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SYMBOL, MONTH = "BTCUSDT", "2025-03"
START_US = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp()) * 1_000_000
MONTH_US = 31 * 86_400 * 1_000_000
TAIL = 20_000
"""Trades of April: twenty pages."""
_BLOCK = 100_000
_ROW = "%d,%d.%02d000000,0.%08d,%d.%08d,%d,%s,True\n"
_JSON = '{"id":%s,"price":"%s","qty":"%s","quoteQty":"%s","time":%s,"isBuyerMaker":%s,"isBestMatch":true}'


def time_us(trade_id: int, rows: int) -> int:
    """Return a trade's time: evenly spread over the month, and on at the same pace."""
    return START_US + trade_id * MONTH_US // rows


def first_at(us: int, rows: int) -> int:
    """Return the first trade that is not older."""
    return max(0, -(-(us - START_US) * rows // MONTH_US))


def lines(first: int, last: int, rows: int) -> str:
    """Return trades as a bulk file has them; no two neighbours have much in common."""
    text = []
    for at in range(first, last):
        mixed = at * 2_654_435_761 & 0xFFFFFFFF
        cents, size = mixed % 100, mixed * 7 % 100_000_000
        maker = "True" if mixed & 64 else "False"
        price = 60_000 + mixed % 2_003
        text.append(_ROW % (at, price, cents, size, price * size // 10**8, mixed, time_us(at, rows), maker))
    return "".join(text)


def make(folder: Path, rows: int) -> int:
    """Write the zip and its checksum; return how large it is."""
    path = folder / f"{SYMBOL}-trades-{MONTH}.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        archive.open(f"{SYMBOL}-trades-{MONTH}.csv", "w", force_zip64=True) as plain,
    ):
        for first in range(0, rows, _BLOCK):
            plain.write(lines(first, min(rows, first + _BLOCK), rows).encode())
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    (folder / f"{path.name}.CHECKSUM").write_text(f"{digest}  {path.name}\n")
    return path.stat().st_size


class Exchange(http.server.BaseHTTPRequestHandler):
    """Answers what a backfill asks."""

    protocol_version = "HTTP/1.1"
    folder: Path
    rows: int

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: found[-1] for name, found in parse_qs(url.query).items()}
        if url.path.startswith("/data/"):
            self._file(self.folder / Path(url.path).name)
        elif url.path == "/api/v3/exchangeInfo":
            symbol = {"symbol": SYMBOL, "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT"}
            self._json(json.dumps({"symbols": [symbol]}))
        elif url.path == "/api/v3/aggTrades":
            found = first_at(int(asked["startTime"]) * 1_000, self.rows)
            there = [found] if found < self.rows + TAIL else []
            self._json(json.dumps([{"a": at, "f": at, "l": at, "T": time_us(at, self.rows)} for at in there]))
        else:
            limit = int(asked["limit"])
            first = int(asked.get("fromId", self.rows + TAIL - limit))
            self._json(f"[{','.join(self._objects(first, min(first + limit, self.rows + TAIL)))}]")

    def _objects(self, first: int, last: int) -> list[str]:
        found = []
        for line in lines(first, last, self.rows).splitlines():
            *fields, maker, _ = line.split(",")
            found.append(_JSON % (*fields, maker.lower()))
        return found

    def _file(self, path: Path) -> None:
        if not path.exists():
            self._head(404, 0)
            return
        self._head(200, path.stat().st_size)
        with path.open("rb") as source, suppress(ConnectionError):
            shutil.copyfileobj(source, self.wfile, 1 << 20)

    def _json(self, text: str) -> None:
        self._head(200, len(text))
        self.wfile.write(text.encode())

    def _head(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        del format, args


def serve(folder: Path, rows: int) -> None:
    """Serve until whoever started this is gone."""
    Exchange.folder, Exchange.rows = folder, rows
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exchange) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        print(json.dumps({"url": f"http://127.0.0.1:{server.server_address[1]}"}), flush=True)
        sys.stdin.read()
        server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=["make", "serve"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, required=True)
    options = parser.parse_args()
    if options.work == "make":
        print(json.dumps({"bytes": make(options.folder, options.rows)}))
    else:
        serve(options.folder, options.rows)


if __name__ == "__main__":
    main()
