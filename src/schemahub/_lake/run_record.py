"""What is remembered of one run, and how it is written down: JSON of a size that no run can make large."""

from __future__ import annotations

import json
from dataclasses import dataclass

import msgspec

from schemahub.errors import ConfigError, IntegrityError
from schemahub.results import plain

RUN_SCHEMA = 1
"""The newest form of the document that this version reads and writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How values are spread, to two digits: half of them are at most `p50`."""

    p50: float
    p90: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of an exchange; `statuses` are (HTTP status, answers), 0 for requests without an answer.

    `seconds` are those from a request to its answer; `backoff_seconds` and `tokens_seconds` were waited by
    all threads together, after failures and for the rate limit.
    """

    statuses: tuple[tuple[int, int], ...] = ()
    seconds: Spread | None = None
    retries: int = 0
    backoff_seconds: float = 0.0
    tokens_seconds: float = 0.0
    breaker_opened: int = 0

    @property
    def requests(self) -> int:
        """Count all."""
        return sum(number for _, number in self.statuses)

    def answered(self, least: int, most: int | None = None) -> int:
        """Count the answers with a status from `least` to `most`, or with that one."""
        return sum(number for status, number in self.statuses if least <= status <= (most or least))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of it; `adopted` batches were there already, `held` products were somebody else's.

    `lag_seconds` is that of the product which is farthest behind.
    """

    pages: int = 0
    trades: int = 0
    batches: int = 0
    adopted: int = 0
    bytes: int = 0
    gaps_seen: int = 0
    gaps_repaired: int = 0
    checkpoints_rebuilt: int = 0
    archives_given_up: int = 0
    held: int = 0
    lag_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabled:
    """What happened to the table."""

    rows: int = 0
    quarantined: int = 0
    failures: int = 0
    drifted: int = 0
    commits: int = 0
    days_compacted: int = 0
    files_before: int = 0
    files_after: int = 0
    files_deleted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What is not complete, and why."""

    what: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run of one command over one exchange, or over the whole lake where `exchange` is None.

    `failed` of its products (objects, days) are not done, of which `failures` names the first few; `error`
    ended it.
    """

    started_us: int
    command: str
    exchange: str | None
    products: int
    seconds: float
    failed: int
    error: str | None
    asked: Asked = Asked()
    fetched: Fetched = Fetched()
    tabled: Tabled = Tabled()
    failures: tuple[Failure, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether nothing was left undone."""
        return not self.failed and self.error is None


class _Schema(msgspec.Struct):
    schema: int


# Made here, and not by threads that meet: see `checkpoint_document`.
_schema = msgspec.json.Decoder(_Schema)
_record = msgspec.json.Decoder(RunRecord)


def to_document(record: RunRecord) -> bytes:
    """Print a record."""
    return json.dumps({"schema": RUN_SCHEMA, **plain(record)}, ensure_ascii=False).encode() + b"\n"


def of_document(data: bytes, key: str) -> RunRecord:
    """Read what `to_document` printed; a newer schema is a `ConfigError`, damage an `IntegrityError`."""
    try:
        schema = _schema.decode(data).schema
        if schema > RUN_SCHEMA:
            msg = f"written by a newer schemahub (schema {schema}, this reads up to {RUN_SCHEMA}): upgrade"
            raise ConfigError(msg, where=key)
        return _record.decode(data)
    except (msgspec.DecodeError, ValueError) as error:
        msg = f"the record of a run is damaged: {error}"
        raise IntegrityError(msg, where=key, hint="Delete it: nothing depends on it") from error
