"""How keys are spelt: the one place that knows the names of a lake's objects.

    raw_{exchange}_{stream}/{product}/{timestamp}_{uuid}_{first}_{last}_{count}.jsonl.zst
    checkpoints/{exchange}_{stream}/{product}.json
    unified_trades/current.json
    unified_trades/catalogs/{name}.json
    unified_trades/v{version}/manifest.json
    unified_trades/v{version}/units/{pin}/{unit}.json
    unified_trades/v{version}/trade_date=YYYY-MM-DD/g{generation}/unified_trades_{timestamp}_{batch}.parquet
    quarantine/{exchange}_{stream}/{product}/{batch}.jsonl
    locks/{name}.json
    runs/{yyyy-mm-dd}/{started}_{command}_{uuid}.json
    seeds/{exchange}.json
    seeds/{exchange}.symbols.json

Each name is a value with a parser and a printer that are inverses of each other.
"""

from __future__ import annotations

import re
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from urllib.parse import quote, unquote

from schemahub.errors import ConfigError, IntegrityError
from schemahub.spans import Span

CODECS = ("zst", "gz", "none")
"""How raw objects are compressed: `.jsonl.zst`, `.jsonl.gz` or plain `.jsonl`."""

CURRENT_KEY = "unified_trades/current.json"
CATALOG_ROOT = "unified_trades/catalogs/"
"""What the keys that name the catalogs which were told of the table start with."""
RAW_ROOT = "raw_"
"""What the keys of all raw objects, and of nothing else, start with."""
CHECKPOINT_ROOT = "checkpoints/"
RUNS_ROOT = "runs/"
"""What the keys of the records of runs start with."""

_RAW_NAME = re.compile(
    r"(?P<stamp>\d{8}T\d{12}Z)_(?P<uuid>[0-9a-f-]{36})_(?P<first>[^_]+)_(?P<last>[^_]+)_(?P<count>\d+)"
    r"\.jsonl(?:\.(?P<codec>zst|gz))?",
)
_ID_DIGITS = 20
_STAMP_LENGTH = len("YYYYMMDDTHHMMSSffffffZ")
_NS_PER_US = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class StreamId:
    """One stream of one product of one exchange: what a checkpoint, a lease and a folder belong to."""

    exchange: str
    product: str
    stream: str = "trades"

    def __str__(self) -> str:
        """Print for people: `coinbase/BTC-USD`."""
        return f"{self.exchange}/{self.product}"

    @property
    def raw_prefix(self) -> str:
        """Return the folder of its raw objects, with the slash."""
        return f"{raw_root(self.exchange, self.stream)}{encode(self.product)}/"

    @property
    def checkpoint_key(self) -> str:
        """Return the key of its checkpoint."""
        return f"checkpoints/{self.exchange}_{self.stream}/{encode(self.product)}.json"

    @property
    def quarantine_prefix(self) -> str:
        """Return the folder of its rejected rows, with the slash."""
        return f"quarantine/{self.exchange}_{self.stream}/{encode(self.product)}/"

    @property
    def lease_name(self) -> str:
        """Return the name that its lease is taken under."""
        return f"{self.exchange}_{self.stream}/{self.product}"

    @classmethod
    def of_checkpoint_key(cls, key: str) -> Self:
        """Read what `checkpoint_key` printed."""
        folder, _, name = key.removeprefix("checkpoints/").partition("/")
        exchange, _, stream = folder.rpartition("_")
        if not exchange or not name.endswith(".json"):
            msg = "not a checkpoint's key"
            raise IntegrityError(msg, where=key, expected="checkpoints/{exchange}_{stream}/{product}.json")
        return cls(exchange, decode(name.removesuffix(".json")), stream)

    @classmethod
    def of_raw_key(cls, key: str) -> Self:
        """Read the stream off a raw object's key, that is off the two folders it lies in."""
        folder, _, rest = key.removeprefix(RAW_ROOT).partition("/")
        exchange, _, stream = folder.rpartition("_")
        product, slash, _ = rest.partition("/")
        if not exchange or not stream or not product or not slash:
            msg = "not the key of a raw object"
            raise IntegrityError(msg, where=key, expected="raw_{exchange}_{stream}/{product}/{name}")
        return cls(exchange, decode(product), stream)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawName:
    """The name of one raw object: enough to know what is in it without opening it.

    `created_us` is the plan's creation time (microseconds, UTC), which becomes `ingest_ts`. For dense
    ids `last - first + 1 == count` always holds.
    """

    created_us: int
    uuid: str
    first: int
    last: int
    count: int
    codec: str = "zst"

    def __str__(self) -> str:
        """Print the file name."""
        ending = "" if self.codec == "none" else f".{self.codec}"
        first, last = (str(i).zfill(_ID_DIGITS) for i in (self.first, self.last))
        return f"{stamp(self.created_us)}_{self.uuid}_{first}_{last}_{self.count}.jsonl{ending}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read a file name; anything else is an `IntegrityError` that says what was found."""
        match = _RAW_NAME.fullmatch(name)
        if match is None:
            msg = "not the name of a raw object"
            expected = "{timestamp}_{uuid}_{first}_{last}_{count}.jsonl[.zst|.gz]"
            raise IntegrityError(msg, expected=expected, found=name)
        try:
            return cls(
                created_us=unstamp(match["stamp"]),
                uuid=match["uuid"],
                first=int(match["first"]),
                last=int(match["last"]),
                count=int(match["count"]),
                # One text for all of them: a proof holds millions of names.
                codec=sys.intern(match["codec"] or "none"),
            )
        except ValueError as error:
            msg = "a raw object's name has a bad time or position"
            raise IntegrityError(msg, found=name) from error

    @property
    def span(self) -> Span:
        """Return the positions that the name promises."""
        return Span(self.first, self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFileName:
    """The key of one Parquet file of the table."""

    version: int
    trade_date: str
    generation: int
    least_us: int
    batch: str

    def __str__(self) -> str:
        """Print the key."""
        return f"{self.folder}unified_trades_{stamp(self.least_us)}_{self.batch}.parquet"

    @property
    def folder(self) -> DayFolder:
        """Return the folder it lies in, which the files of its day and generation share."""
        return DayFolder(self.version, self.trade_date, self.generation)

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read a key; anything else is an `IntegrityError`."""
        match = re.fullmatch(
            r"unified_trades/v(\d+)/trade_date=(\d{4}-\d\d-\d\d)/g(\d+)/unified_trades_(\d{8}T\d{12}Z)_(\w+)\.parquet",
            key,
        )
        if match is None:
            msg = "not the key of a table file"
            raise IntegrityError(msg, found=key)
        version, trade_date, generation, least, batch = match.groups()
        return cls(
            version=int(version),
            trade_date=trade_date,
            generation=int(generation),
            least_us=unstamp(least),
            batch=batch,
        )


@dataclass(frozen=True, slots=True, order=True)
class DayFolder:
    """The folder of a day's files; of two of one day, the greater is the newer."""

    version: int
    trade_date: str
    generation: int

    def __str__(self) -> str:
        """Print the folder relative to the lake, with the slash."""
        return f"{version_prefix(self.version)}trade_date={self.trade_date}/g{self.generation}/"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a folder, with its slash or without; anything else is an `IntegrityError`."""
        match = re.fullmatch(r"unified_trades/v(\d+)/trade_date=(\d{4}-\d\d-\d\d)/g(\d+)/?", text)
        if match is None:
            msg = "not the folder of a day of the table"
            raise IntegrityError(msg, found=text)
        version, trade_date, generation = match.groups()
        return cls(int(version), trade_date, int(generation))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """The key of the record of one run: those of a UTC day share a folder, and sort as they began."""

    started_us: int
    command: str
    uuid: str

    def __str__(self) -> str:
        """Print the key."""
        return f"{runs_of_day(self.day)}{stamp(self.started_us)}_{self.command}_{self.uuid}.json"

    @property
    def day(self) -> str:
        """Return the UTC day that it began on."""
        return trade_date(self.started_us)

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read a key; anything else is an `IntegrityError`."""
        match = re.fullmatch(r"runs/(\d{4}-\d\d-\d\d)/(\d{8}T\d{12}Z)_([a-z-]+)_([0-9a-f-]{36})\.json", key)
        if match is None:
            msg = "not the key of a run's record"
            raise IntegrityError(msg, found=key)
        _, started, command, run = match.groups()
        return cls(started_us=unstamp(started), command=command, uuid=run)


def runs_of_day(day: str) -> str:
    """Return the folder of the records of runs that began on a UTC day, with the slash."""
    return f"{RUNS_ROOT}{day}/"


def process_lease_name(command: str, exchange: str | None = None) -> str:
    """Return the name of the lease that one run of a command takes, over an exchange or the whole lake."""
    return "/".join(("process", command, *([exchange] if exchange else [])))


def raw_root(exchange: str, stream: str = "trades") -> str:
    """Return the folder that holds all raw objects of an exchange's stream, with the slash."""
    return f"raw_{exchange}_{stream}/"


def catalog_key(name: str) -> str:
    """Return the key that says that a catalog was told of the table."""
    return f"{CATALOG_ROOT}{encode(name)}.json"


def version_prefix(version: int) -> str:
    """Return the folder of one version of the table, with the slash."""
    return f"unified_trades/v{version}/"


def version_of(folder: str) -> int:
    """Undo `version_prefix`, with the slash or without; anything else is an `IntegrityError`."""
    match = re.fullmatch(r"unified_trades/v(\d+)/?", folder)
    if match is None:
        msg = "not the folder of a version of the table"
        raise IntegrityError(msg, found=folder)
    return int(match[1])


def manifest_key(version: int) -> str:
    """Return the key of a version's manifest."""
    return f"{version_prefix(version)}manifest.json"


def table_kind_key(version: int) -> str:
    """Return the key that says what kind of table a version is of, where it is not `parquet`."""
    return f"{version_prefix(version)}table.txt"


def units_prefix(version: int) -> str:
    """Return the folder of what became of units that are not committed yet, with the slash."""
    return f"{version_prefix(version)}units/"


def unit_key(version: int, pin: str, unit: str) -> str:
    """Return the key that says what became of one unit of a pin; both are digests."""
    return f"{units_prefix(version)}{pin}/{unit}.json"


def seed_key(exchange: str) -> str:
    """Return the key of an exchange's product list."""
    return f"seeds/{encode(exchange)}.json"


def symbols_key(exchange: str) -> str:
    """Return the key of what an exchange's product ids stand for."""
    return f"seeds/{encode(exchange)}.symbols.json"


def scratch_key(token: str) -> str:
    """Return the key of an object that is written to see whether it can be, and removed."""
    return f"scratch/{token}.json"


def lease_key(name: str) -> str:
    """Return the key of a lease, where leases live in the lake."""
    return f"locks/{encode(name)}.json"


def encode(text: str) -> str:
    """Percent-encode outside `[A-Za-z0-9._-]`; the result is one harmless path segment.

    A leading dot means something to file systems, so it is encoded as well, and an empty or overlong id
    is refused.
    """
    if not text or len(text) > 128 or any(ord(char) < 32 for char in text):  # noqa: PLR2004
        msg = "not usable as a product id or name"
        raise ConfigError(msg, expected="1 to 128 printable characters", found=repr(text[:40]))
    # quote() leaves "~" alone; the layout does not.
    quoted = quote(text, safe="").replace("~", "%7E")
    return f"%2E{quoted[1:]}" if quoted.startswith(".") else quoted


def decode(text: str) -> str:
    """Undo `encode`."""
    return unquote(text)


def stamp(time_us: int) -> str:
    """Print microseconds since the epoch as `YYYYMMDDTHHMMSSffffffZ`, which sorts as time does."""
    seconds, micros = divmod(time_us, 1_000_000)
    # Whole seconds are exact in a float; the microseconds are added as text so that none is rounded.
    return f"{datetime.fromtimestamp(seconds, UTC):%Y%m%dT%H%M%S}{micros:06d}Z"


def unstamp(text: str) -> int:
    """Undo `stamp`; raises `ValueError` for a time that does not exist, or is spelt otherwise."""
    digits = text[:8] + text[9:-1]
    if len(text) != _STAMP_LENGTH or text[8] + text[-1] != "TZ" or not digits.isdecimal():
        msg = f"not a time as names have it: {text!r}"
        raise ValueError(msg)
    # strptime takes four times as long, and a large lake is judged by millions of names.
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    hour, minute, second = int(digits[8:10]), int(digits[10:12]), int(digits[12:14])
    delta = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + int(digits[14:])


def trade_date(time_us: int) -> str:
    """Return the partition (a UTC day, `YYYY-MM-DD`) of a trade's time in microseconds."""
    return f"{datetime.fromtimestamp(time_us // 1_000_000, UTC):%Y-%m-%d}"


def batch_uuid(plan_id: str, first: int, last: int) -> str:
    """Return the uuid of a batch: a function of its plan (or gap) and its range, so retries agree."""
    return str(uuid.uuid5(uuid.UUID(plan_id), f"{first}-{last}"))


def us(time_ns: int) -> int:
    """Return whole microseconds of a time in nanoseconds."""
    return time_ns // _NS_PER_US
