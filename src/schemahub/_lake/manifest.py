"""The manifest of the `parquet` table, and the pointer to the version that readers see, as JSON."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from schemahub.errors import ConfigError, IntegrityError
from schemahub.layout import StreamId
from schemahub.spans import SpanSet
from schemahub.table import MANIFEST_SCHEMA, DataFile, Pending, Snapshot, SymbolRange

if TYPE_CHECKING:
    from collections.abc import Iterable


def dump(snapshot: Snapshot, nonce: str) -> bytes:
    """Print a snapshot; `nonce` makes each commit's document its own, whatever it says."""
    return _encode(
        {
            "nonce": nonce,
            "version": snapshot.version,
            "pending": dataclasses.asdict(snapshot.pending) if snapshot.pending else None,
            "mappings": snapshot.mappings,
            "generations": snapshot.generations,
            "deleting": snapshot.deleting,
            "streams": list(_streams(snapshot)),
            "files": [dataclasses.asdict(file) for file in snapshot.files],
        }
    )


def load(data: bytes, where: str, token: str) -> Snapshot:
    """Read what `dump` wrote; `where` is its key, for messages."""
    body = _decode(data, where)
    try:
        return _snapshot(body, token)
    except (KeyError, TypeError, ValueError) as error:
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
    # Indented: a person who debugs a lake reads this first, and one line a file costs little.
    return json.dumps({"schema": MANIFEST_SCHEMA, **body}, indent=1, sort_keys=True).encode() + b"\n"


def _decode(data: bytes, where: str) -> dict[str, Any]:
    try:
        body = json.loads(data)
        schema = int(body["schema"])
    except (KeyError, TypeError, ValueError) as error:
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
    for stream in sorted({*snapshot.covered, *snapshot.quarantined}):
        yield {
            **dataclasses.asdict(stream),
            "covered": snapshot.covered_of(stream).pairs(),
            "quarantined": snapshot.quarantined.get(stream, 0),
        }


def _snapshot(body: dict[str, Any], token: str) -> Snapshot:
    streams = {StreamId(part["exchange"], part["product"], part["stream"]): part for part in body["streams"]}
    pending = body["pending"]
    return Snapshot(
        version=body["version"],
        files=tuple(map(_file, body["files"])),
        covered={stream: SpanSet.from_pairs(part["covered"]) for stream, part in streams.items()},
        quarantined={stream: part["quarantined"] for stream, part in streams.items() if part["quarantined"]},
        mappings=body["mappings"],
        pending=Pending(inputs=tuple(pending["inputs"]), digest=pending["digest"]) if pending else None,
        deleting=tuple(body["deleting"]),
        generations=body["generations"],
        token=token,
    )


def _file(part: dict[str, Any]) -> DataFile:
    return DataFile(**{**part, "symbols": tuple(SymbolRange(**symbol) for symbol in part["symbols"])})
