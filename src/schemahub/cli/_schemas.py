"""JSON Schemas of what commands print with `--json`, made from the results' own classes."""

from __future__ import annotations

import ast
import dataclasses
import enum
import importlib
import inspect
import sys
import types
import typing
from dataclasses import dataclass
from typing import Any

from schemahub.layout import StreamId
from schemahub.spans import Span, SpanSet

Schema = dict[str, Any]

_INGESTED = ("schemahub._ingest.report:IngestResult", "schemahub._ingest.report:EstimateResult")
RESULTS: dict[str, tuple[str, ...]] = {
    "update-seed": ("schemahub._seeding:SeedResult", "schemahub._seeding:SeedsResult"),
    "ingest": _INGESTED,
    "backfill": _INGESTED,
    "transform": ("schemahub._transform.result:TransformResult",),
    "compact": ("schemahub._compact.result:CompactResult",),
    "verify": ("schemahub._quality.report:VerifyResult",),
    "gaps": ("schemahub._quality.gaps:GapsResult", "schemahub._ingest.report:IngestResult"),
    "status": (
        "schemahub._quality.status:StatusResult",
        "schemahub._quality.condition_result:Conditions",
        "schemahub._quality.quality_result:QualityResult",
    ),
    "report": ("schemahub._report.result:ReportResult",),
    "sql": ("schemahub.cli._schemas:Rows",),
    "ddl": ("schemahub._query.ddl:DdlResult",),
    "doctor": ("schemahub._doctor.result:DoctorResult",),
    "plugins": ("schemahub.cli.plugins:PluginReport",),
    "simulate": ("schemahub.cli.simulate:Ready",),
    "new": ("schemahub.cli.new:NewResult",),
    "record": ("schemahub.cli.record:RecordResult",),
    "version": ("schemahub.cli.version:Versions",),
}
"""The classes of each command's results, as `module:Class`: which one, the options decide."""

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_SCALARS: dict[object, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: _TEXT,
    type(None): {"type": "null"},
    object: {},
    Any: {},
}
_PAIR: Schema = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
_ENVELOPE: Schema = {
    "command": {**_TEXT_OR_NULL, "description": "The command, as it was called."},
    "complete": {"type": "boolean", "description": "Exit code 0; if false, 1 (or 2, of wrong use)."},
    "headline": {**_TEXT, "description": "The outcome in one sentence."},
    "next": {"type": "array", "items": _TEXT, "description": "What to do next, the most urgent first."},
}
_ERROR: Schema = {
    name: _TEXT if name in {"kind", "message"} else _TEXT_OR_NULL
    for name in ("kind", "message", "where", "expected", "found", "hint")
}


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows that a query gave."""

    columns: tuple[str, ...]
    figures: dict[str, object]
    rows: tuple[tuple[object, ...], ...]


def schema_of(command: str) -> Schema:
    """Return the JSON Schema of a command's document, whether it succeeds or fails."""
    definitions: Schema = {}
    made = [_result(_imported(name), definitions) for name in RESULTS[command]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"schemahub {command} --json",
        "anyOf": [*made, failure()],
        "$defs": dict(sorted(definitions.items())),
    }


def failure() -> Schema:
    """Return the schema of a failed command's document."""
    error = _object(_ERROR, "What was wrong, in parts; `kind` is the name of the error's class.")
    properties = {**_ENVELOPE, "complete": {"const": False}, "error": error}
    return _object(properties, "The command failed.")


def _result(kind: type, definitions: Schema) -> Schema:
    return _object({**_ENVELOPE, **_properties(kind, definitions)}, _first_line(kind))


def _object(properties: Schema, description: str) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _properties(kind: type, definitions: Schema) -> Schema:
    hints = _hints(kind)
    return {field.name: _of(hints[field.name], definitions) for field in dataclasses.fields(kind)}


def _of(hint: Any, definitions: Schema) -> Schema:  # noqa: ANN401, PLR0911 - mirrors `schemahub.results.plain`
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hint is Span:
        return _PAIR
    if hint is SpanSet:
        return {"type": "array", "items": _PAIR}
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [_of(each, definitions) for each in inner]}
    if origin is not None and issubclass(origin, typing.cast("type", typing.Mapping)):
        return {"type": "object", "additionalProperties": _of(inner[1], definitions)}
    if origin is not None:
        return _array(origin, inner, definitions)
    if issubclass(hint, enum.Enum):
        return {"enum": [member.value for member in hint]}
    if dataclasses.is_dataclass(hint):
        return _defined(typing.cast("type", hint), definitions)
    return _TEXT


def _array(origin: type, inner: tuple[Any, ...], definitions: Schema) -> Schema:
    if origin is tuple and Ellipsis not in inner:
        items = [_of(each, definitions) for each in inner]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    return {"type": "array", "items": _of(inner[0], definitions)}


def _defined(kind: type, definitions: Schema) -> Schema:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # a class may hold others of its own
        names = _properties(kind, definitions)
        if kind is StreamId:
            names = dict.fromkeys(("exchange", "product", "stream"), _TEXT)
        definitions[kind.__name__] = _object(names, _first_line(kind))
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or kind.__name__).partition("\n")[0]


def _imported(name: str) -> type:
    module, _, attribute = name.partition(":")
    return typing.cast("type", getattr(importlib.import_module(module), attribute))


def _hints(kind: type) -> dict[str, Any]:
    """Resolve a class's annotations, also those that its modules import for type checkers alone."""
    names: dict[str, Any] = {}
    for base in kind.__mro__:
        if base is not object and base.__module__.startswith("schemahub"):
            names = {**_for_type_checkers(base.__module__), **vars(sys.modules[base.__module__]), **names}
    return typing.get_type_hints(kind, globalns=names)


def _for_type_checkers(module: str) -> dict[str, Any]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    blocks = (node for node in tree.body if isinstance(node, ast.If) and _is_type_checking(node.test))
    imports = (node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom))
    return {
        alias.asname or alias.name: getattr(importlib.import_module(node.module or ""), alias.name)
        for node in imports
        for alias in node.names
    }


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"
