"""A snapshot of a table as JSON, and the pointer to the version that readers see.

The `parquet` table keeps it as its manifest; another table may keep it wherever it keeps its own.
"""

from __future__ import annotations

import dataclasses
import json
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from schemahub.errors import ConfigError, IntegrityError
from schemahub.layout import StreamId
from schemahub.spans import SpanSet
from schemahub.table import MANIFEST_SCHEMA, Claim, DataFile, Deleting, Pending, Snapshot, SymbolRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# A table has thousands of files and each commit reads and writes them all, so these ways are the short
# ones: `dataclasses.astuple` and `json` take ten times as long.
_BOUNDS = attrgetter("rows", "least_us", "greatest_us", "least_id", "greatest_id")
_encode_row = msgspec.json.Encoder().encode


def dump(snapshot: Snapshot, nonce: str) -> bytes:
    """Print a snapshot; `nonce` makes each commit's document its own, whatever it says."""
    return _encode(
        {
            "nonce": nonce,
            "version": snapshot.version,
            "pending": dataclasses.asdict(snapshot.pending) if snapshot.pending else None,
            "mappings": snapshot.mappings,
            "generations": snapshot.generations,
            "claims": {day: dataclasses.asdict(claim) for day, claim in snapshot.claims.items()},
            "deleting": [dataclasses.astuple(marked) for marked in snapshot.deleting],
            "streams": list(_streams(snapshot)),
            **file_lines(snapshot.files),
        }
    )


def file_lines(files: Sequence[DataFile]) -> dict[str, Any]:
    """Return files in the form of JSON: each a line that names its symbols by their number in a list."""
    symbols = sorted({(part.exchange, part.symbol) for file in files for part in file.symbols})
    number = {symbol: index for index, symbol in enumerate(symbols)}
    return {"symbols": symbols, "files": [_row(file, number) for file in files]}


def files_of_lines(body: Mapping[str, Any]) -> Iterator[DataFile]:
    """Undo `file_lines`."""
    names = [(exchange, symbol) for exchange, symbol in body["symbols"]]
    for key, trade_date, rows, size, parts in body["files"]:
        symbols = tuple(_symbol(*names[index], *bounds) for index, *bounds in parts)
        yield DataFile(key=key, trade_date=trade_date, rows=rows, bytes=size, symbols=symbols)


def load(data: bytes, where: str, token: str) -> Snapshot:
    """Read what `dump` wrote; `where` is its key, for messages."""
    body = _decode(data, where)
    try:
        return _snapshot(body, token)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        msg = "a damaged manifest"
        raise IntegrityError(msg, where=where, found=repr(error)) from error


def nonce_of(data: bytes, where: str) -> str:
    """Return whose commit a stored manifest is."""
    return str(_decode(data, where).get("nonce"))


def dump_pointer(version: int) -> bytes:
    """Print `current.json`."""
    return _encode({"version": version})


def load_pointer(data: bytes, where: str) -> int:
    """Read `current.json`."""
    version = _decode(data, where).get("version")
    if not isinstance(version, int) or version < 1:
        msg = "a damaged pointer to the table's version"
        raise IntegrityError(msg, where=where, expected="a version from 1 on", found=repr(version))
    return version


def _encode(body: dict[str, Any]) -> bytes:
    # One line an item: a person who debugs a lake reads this first, and a table has many files.
    parts = ",\n".join(f"{json.dumps(name)}: {_lines(value)}" for name, value in body.items())
    return f'{{"schema": {MANIFEST_SCHEMA},\n{parts}}}\n'.encode()


def _lines(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n " + ",\n ".join(_encode_row(item).decode() for item in value) + "]"
    return json.dumps(value, sort_keys=True)


def _decode(data: bytes, where: str) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(data)
        schema = int(body["schema"])
    except (KeyError, TypeError, ValueError, msgspec.DecodeError) as error:
        msg = "not a document of the table"
        raise IntegrityError(msg, where=where, found=repr(data[:80])) from error
    if schema > MANIFEST_SCHEMA:
        msg = "written by a newer schemahub"
        raise ConfigError(
            msg,
            where=where,
            expected=f"schema {MANIFEST_SCHEMA} or older",
            found=f"schema {schema}",
            hint="Upgrade this installation.",
        )
    return dict(body)


def _streams(snapshot: Snapshot) -> Iterable[dict[str, Any]]:
    for stream in sorted({*snapshot.covered, *snapshot.quarantined, *snapshot.newest_us}):
        yield {
            **dataclasses.asdict(stream),
            "covered": snapshot.covered_of(stream).pairs(),
            "quarantined": snapshot.quarantined.get(stream, 0),
            "newest_us": snapshot.newest_us.get(stream),
        }


def _snapshot(body: dict[str, Any], token: str) -> Snapshot:
    streams = {StreamId(part["exchange"], part["product"], part["stream"]): part for part in body["streams"]}
    pending = body["pending"]
    newest = {stream: part.get("newest_us") for stream, part in streams.items()}
    return Snapshot(
        version=body["version"],
        files=tuple(_files(body)),
        covered={stream: SpanSet.from_pairs(part["covered"]) for stream, part in streams.items()},
        quarantined={stream: part["quarantined"] for stream, part in streams.items() if part["quarantined"]},
        newest_us={stream: time_us for stream, time_us in newest.items() if time_us is not None},
        mappings=body["mappings"],
        pending=Pending(inputs=tuple(pending["inputs"]), digest=pending["digest"]) if pending else None,
        deleting=tuple(Deleting(key=key, since_us=since_us) for key, since_us in body["deleting"]),
        generations=body["generations"],
        claims={
            day: Claim(**{**claim, "inputs": tuple(claim["inputs"])})
            for day, claim in body.get("claims", {}).items()
        },
        token=token,
    )


def _row(file: DataFile, number: dict[tuple[str, str], int]) -> list[Any]:
    """Print a file without repeating names: a table has thousands, each with many symbols."""
    parts = [[number[part.exchange, part.symbol], *_BOUNDS(part)] for part in file.symbols]
    return [file.key, file.trade_date, file.rows, file.bytes, parts]


def _files(body: dict[str, Any]) -> Iterator[DataFile]:
    if body["schema"] == 1:
        for part in body["files"]:
            yield DataFile(**{**part, "symbols": tuple(SymbolRange(**symbol) for symbol in part["symbols"])})
        return
    yield from files_of_lines(body)


def _symbol(exchange: str, symbol: str, rows: int, *bounds: int) -> SymbolRange:
    least_us, greatest_us, least_id, greatest_id = bounds
    return SymbolRange(
        exchange=exchange,
        symbol=symbol,
        rows=rows,
        least_us=least_us,
        greatest_us=greatest_us,
        least_id=least_id,
        greatest_id=greatest_id,
    )
