"""Real rows from a file, served byte for byte."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemahub.codec import damage, decompressed
from schemahub.errors import ConfigError, RetryableError
from schemahub.testing.simulator.text import TextStyle

if TYPE_CHECKING:
    from collections.abc import Callable

_CODECS = {".zst": "zst", ".gz": "gz"}
_COINBASE = TextStyle().read
_PRODUCT = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{2,12}-[A-Z]{2,6}(?![A-Z0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Recorded rows by ascending id, as lines; ids that the file skips are holes."""

    lines: dict[int, bytes]

    @classmethod
    def load(cls, path: str | Path, read: Callable[[bytes], tuple[int, int]] = _COINBASE) -> Replay:
        """Read `.jsonl`, `.jsonl.gz` or `.jsonl.zst`: one trade a line, ascending.

        `read` is that of the exchange's dialect; Coinbase's if none is given. Raises `ConfigError` with file
        and line number.
        """
        rows: dict[int, bytes] = {}
        last = 0
        for number, line in enumerate(_read(Path(path)).splitlines(), 1):
            try:
                trade_id = _id_above(last, read(line)[0])
            except (ValueError, KeyError, TypeError, RetryableError) as error:
                msg = "this line is no trade that can be replayed"
                reason = f"no field {error}" if isinstance(error, KeyError) else str(error)
                raise ConfigError(msg, where=f"{path}:{number}", found=reason) from error
            rows[trade_id], last = line, trade_id
        if not rows:
            msg = "there is nothing to replay"
            raise ConfigError(msg, where=str(path), expected="one trade a line", found="an empty file")
        return cls(lines=rows)


def _id_above(last: int, trade_id: int) -> int:
    if trade_id <= last:
        msg = f"trade_id {trade_id} where a whole number above {last} was expected"
        raise ValueError(msg)
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
