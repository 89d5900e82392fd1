"""The checkpoint's written form: print and parse are inverses, and damage is named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemahub._lake.checkpoint_document import of_document, to_document
from schemahub.checkpoint import Checkpoint, Gap, GapState, Plan, PlanKind, TokenMark, Watermark
from schemahub.errors import ConfigError, IntegrityError
from schemahub.layout import StreamId
from schemahub.model import Ids
from schemahub.spans import Span, SpanSet

KEY = "checkpoints/coinbase_trades/BTC-USD.json"

INTS = st.integers(0, 10**20)
SPANS = st.tuples(INTS, INTS).map(lambda pair: Span(min(pair), max(pair)))
SPAN_SETS = st.lists(SPANS, max_size=4).map(SpanSet.of)
TEXTS = st.text(max_size=8)
PLANS = st.builds(
    Plan,
    id=TEXTS,
    kind=st.sampled_from(PlanKind),
    span=SPANS,
    created_us=INTS,
    batch_size=INTS,
    codec=TEXTS,
    source=TEXTS,
)
GAPS = st.builds(
    Gap, id=TEXTS, span=SPANS, state=st.sampled_from(GapState), seen_us=INTS, read_us=INTS, reads=INTS
)
CHECKPOINTS = st.builds(
    Checkpoint,
    stream=st.builds(StreamId, TEXTS, TEXTS, TEXTS),
    covered=SPAN_SETS,
    watermark=st.none() | st.builds(Watermark, position=INTS, time_ns=st.none() | INTS),
    plan=st.none() | PLANS,
    requested=SPAN_SETS,
    gaps=st.lists(GAPS, max_size=3).map(tuple),
    newest=st.none() | TEXTS,
    ids=st.sampled_from(Ids),
    tokens=st.lists(st.builds(TokenMark, position=INTS, token=TEXTS), max_size=2).map(tuple),
)

EXAMPLE = Checkpoint(
    stream=StreamId("coinbase", "BTC-USD"),
    covered=SpanSet.of([Span(1, 100), Span(200, 300)]),
    watermark=Watermark(position=300, time_ns=1_767_225_600_000_000_000),
    plan=Plan(
        id="p",
        kind=PlanKind.LIVE,
        span=Span(301, 400),
        created_us=5,
        batch_size=100,
        codec="zst",
        source="rest",
    ),
    requested=SpanSet.of([Span(101, 199)]),
    gaps=(Gap(id="g", span=Span(150, 151), state=GapState.OPEN, seen_us=6, read_us=7, reads=2),),
    newest="a name",
    ids=Ids.SPARSE,
    tokens=(TokenMark(position=300, token="1762820035982277754"),),  # noqa: S106 - no password
)
WRITTEN: dict[str, Any] = {
    "schema": 2,
    "nonce": "n",
    "exchange": "coinbase",
    "product": "BTC-USD",
    "stream": "trades",
    "covered": [[1, 100], [200, 300]],
    "watermark": {"position": 300, "time_ns": 1767225600000000000},
    "plan": {
        "id": "p",
        "kind": "live",
        "span": [301, 400],
        "created_us": 5,
        "batch_size": 100,
        "codec": "zst",
        "source": "rest",
    },
    "requested": [[101, 199]],
    "gaps": [{"id": "g", "span": [150, 151], "state": "open", "seen_us": 6, "read_us": 7, "reads": 2}],
    "newest": "a name",
    "ids": "sparse",
    "tokens": [{"position": 300, "token": "1762820035982277754"}],
}


@given(CHECKPOINTS)
def test_what_is_printed_is_read(checkpoint: Checkpoint) -> None:
    assert of_document(to_document(checkpoint, "nonce"), KEY) == checkpoint


def test_the_written_form_is_fixed() -> None:
    assert json.loads(to_document(EXAMPLE, "n")) == WRITTEN
    assert list(json.loads(to_document(EXAMPLE, "n"))) == list(WRITTEN)


def test_what_schema_1_wrote_is_read() -> None:
    old = {name: value for name, value in WRITTEN.items() if name not in {"ids", "tokens"}} | {"schema": 1}
    read = of_document(json.dumps(old).encode(), KEY)
    assert read == replace(EXAMPLE, ids=Ids.DENSE, tokens=())


def test_the_nonce_tells_equal_checkpoints_apart() -> None:
    assert to_document(EXAMPLE, "1") != to_document(EXAMPLE, "2")
    assert of_document(to_document(EXAMPLE, "1"), KEY) == of_document(to_document(EXAMPLE, "2"), KEY)


def test_a_newer_schema_asks_for_an_upgrade() -> None:
    newer = json.dumps({"schema": 3, "something": "else"}).encode()
    with pytest.raises(
        ConfigError, match=f"{KEY}: written by a newer schemahub .schema 3, this reads up to 2.: up"
    ):
        of_document(newer, KEY)


@pytest.mark.parametrize("field", sorted(WRITTEN.keys() - {"ids", "tokens"}))
def test_a_missing_field_is_named(field: str) -> None:
    document = {name: value for name, value in WRITTEN.items() if name != field}
    with pytest.raises(IntegrityError, match=f"{KEY}: the checkpoint is damaged: .*`{field}`"):
        of_document(json.dumps(document).encode(), KEY)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"covered": [[1, 100], ["200", 300]]}, r"\$\.covered\[1\]\[0\]"),
        ({"covered": [[1, 2, 3]]}, r"\$\.covered\[0\]"),
        ({"covered": [[9, 1]]}, "first 9 is above last 1"),
        ({"covered": [[True, 1]]}, r"\$\.covered"),
        ({"watermark": {"position": 1.5, "time_ns": None}}, r"\$\.watermark\.position"),
        ({"gaps": [{"id": "g"}]}, r"\$\.gaps\[0\]"),
        ({"gaps": [{**WRITTEN["gaps"][0], "seen": 1}]}, r"unknown field `seen` - at `\$\.gaps"),
        ({"plan": {**WRITTEN["plan"], "kind": "sometimes"}}, r"\$\.plan\.kind"),
        ({"newest": 5}, r"\$\.newest"),
        ({"covred": []}, "covred"),
        ({"schema": "1"}, r"\$\.schema"),
    ],
)
def test_an_ill_typed_field_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(IntegrityError, match=f"{KEY}: .*{named}"):
        of_document(json.dumps({**WRITTEN, **change}).encode(), KEY)


@pytest.mark.parametrize("size", [0, 1, 50, -5])
def test_a_document_that_is_cut_off_is_damaged(size: int) -> None:
    with pytest.raises(IntegrityError, match=f"{KEY}: the checkpoint is damaged"):
        of_document(to_document(replace(EXAMPLE, newest=None), "n")[:size], KEY)
