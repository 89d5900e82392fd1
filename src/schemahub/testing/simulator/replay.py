"""Real rows from a file, served byte for byte."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from schemahub.codec import damage, decompressed
from schemahub.errors import ConfigError, RetryableError
from schemahub.times import iso_to_ns

_CODECS = {".zst": "zst", ".gz": "gz"}
_PRODUCT = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{2,12}-[A-Z]{2,6}(?![A-Z0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Recorded rows by ascending id, as lines; ids that the file skips are holes."""

    lines: dict[int, bytes]

    @classmethod
    def load(cls, path: str | Path) -> Replay:
        """Read `.jsonl`, `.jsonl.gz` or `.jsonl.zst`: one trade a line, ascending.

        Raises `ConfigError` with file and line number.
        """
        rows: dict[int, bytes] = {}
        last = 0
        for number, line in enumerate(_read(Path(path)).splitlines(), 1):
            try:
                trade_id = _trade_id(line, above=last)
            except (ValueError, KeyError, TypeError, RetryableError) as error:
                msg = "this line is no trade that can be replayed"
                reason = f"no field {error}" if isinstance(error, KeyError) else str(error)
                raise ConfigError(msg, where=f"{path}:{number}", found=reason) from error
            rows[trade_id], last = line, trade_id
        if not rows:
            msg = "there is nothing to replay"
            raise ConfigError(msg, where=str(path), expected="one trade a line", found="an empty file")
        return cls(lines=rows)


def _trade_id(line: bytes, *, above: int) -> int:
    row = json.loads(line)
    trade_id = row["trade_id"]
    if not isinstance(trade_id, int) or trade_id <= above:
        msg = f"trade_id {trade_id!r} where a whole number above {above} was expected"
        raise ValueError(msg)
    iso_to_ns(row["time"])
    return trade_id


def _read(path: Path) -> bytes:
    unreadable: tuple[type[Exception], ...] = (OSError, *damage())
    try:
        with path.open("rb") as file, decompressed(_CODECS.get(path.suffix, "none"), file) as stream:
            return stream.read()
    except unreadable as error:
        msg = "cannot read this file"
        raise ConfigError(
            msg, where=str(path), found=getattr(error, "strerror", None) or str(error)
        ) from error


def product_in(path: str | Path) -> str | None:
    """Guess the product from a file's name, then from its folders' (`.../BTC-USD/....jsonl.zst`)."""
    for part in reversed(Path(path).parts):
        if found := _PRODUCT.search(part):
            return found[0]
    return None
