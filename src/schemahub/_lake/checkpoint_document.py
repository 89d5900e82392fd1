"""How a checkpoint is written down: JSON that a person can read, checked field by field when read."""

from __future__ import annotations

import json

import msgspec

from schemahub.checkpoint import (
    CHECKPOINT_SCHEMA,
    Checkpoint,
    Gap,
    GapState,
    Plan,
    PlanKind,
    TokenMark,
    Watermark,
)
from schemahub.errors import ConfigError, IntegrityError
from schemahub.layout import StreamId
from schemahub.model import Ids
from schemahub.results import plain
from schemahub.spans import Span, SpanSet

_Pair = tuple[int, int]


class _Schema(msgspec.Struct):
    schema: int


class _Plan(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    kind: PlanKind
    span: _Pair
    created_us: int
    batch_size: int
    codec: str
    source: str


class _Gap(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    span: _Pair
    state: GapState
    seen_us: int
    read_us: int
    reads: int


class _Watermark(msgspec.Struct, forbid_unknown_fields=True):
    position: int
    time_ns: int | None


class _Token(msgspec.Struct, forbid_unknown_fields=True):
    position: int
    token: str


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    schema: int
    nonce: str
    exchange: str
    product: str
    stream: str
    covered: list[_Pair]
    watermark: _Watermark | None
    plan: _Plan | None
    requested: list[_Pair]
    gaps: list[_Gap]
    newest: str | None
    # Schema 1 knew neither.
    ids: Ids = Ids.DENSE
    tokens: list[_Token] = []


# Made here, since a module is imported by one thread: where several read the first document at once, msgspec
# uses what it knows of a type before it knows all, and the process dies.
_schema = msgspec.json.Decoder(_Schema)
_document = msgspec.json.Decoder(_Document)


def to_document(checkpoint: Checkpoint, nonce: str) -> bytes:
    """Print a checkpoint; `nonce` makes this document differ from every other one."""
    fields = plain(checkpoint)
    body = {"schema": CHECKPOINT_SCHEMA, "nonce": nonce, **fields.pop("stream"), **fields}
    return json.dumps(body, ensure_ascii=False).encode() + b"\n"


def of_document(data: bytes, key: str) -> Checkpoint:
    """Read what `to_document` printed.

    A newer schema is a `ConfigError`; damaged JSON, or a field that is missing, unknown or of another
    type, is an `IntegrityError` that names `key` and the field.
    """
    try:
        _refuse_newer(_schema.decode(data).schema, key)
        return _checkpoint(_document.decode(data))
    except (msgspec.DecodeError, ValueError) as error:
        msg = f"the checkpoint is damaged: {error}"
        hint = "Move it away: the next run rebuilds it from the names of the raw batches"
        raise IntegrityError(msg, where=key, hint=hint) from error


def _refuse_newer(schema: int, key: str) -> None:
    if schema > CHECKPOINT_SCHEMA:
        msg = f"written by a newer schemahub (schema {schema}, this reads up to {CHECKPOINT_SCHEMA}): upgrade"
        raise ConfigError(msg, where=key, hint="Run: pip install --upgrade schemahub")


def _checkpoint(document: _Document) -> Checkpoint:
    mark, plan = document.watermark, document.plan
    return Checkpoint(
        stream=StreamId(document.exchange, document.product, document.stream),
        covered=SpanSet.from_pairs(document.covered),
        watermark=Watermark(position=mark.position, time_ns=mark.time_ns) if mark else None,
        plan=_plan(plan) if plan else None,
        requested=SpanSet.from_pairs(document.requested),
        gaps=tuple(_gap(gap) for gap in document.gaps),
        newest=document.newest,
        ids=document.ids,
        tokens=tuple(TokenMark(position=mark.position, token=mark.token) for mark in document.tokens),
    )


def _plan(plan: _Plan) -> Plan:
    return Plan(
        id=plan.id,
        kind=plan.kind,
        span=Span(*plan.span),
        created_us=plan.created_us,
        batch_size=plan.batch_size,
        codec=plan.codec,
        source=plan.source,
    )


def _gap(gap: _Gap) -> Gap:
    return Gap(
        id=gap.id,
        span=Span(*gap.span),
        state=gap.state,
        seen_us=gap.seen_us,
        read_us=gap.read_us,
        reads=gap.reads,
    )
