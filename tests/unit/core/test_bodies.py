"""A JSON array's elements are handed on as they were sent."""

from __future__ import annotations

import json

import hypothesis.strategies as st
import pytest
from hypothesis import given

from schemahub import lines
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=6))
def test_bytes_stay_what_they_are(rows: list[object]) -> None:
    elements = [json.dumps(row).encode() for row in rows]
    assert lines(b"[" + b" , ".join(elements) + b"]") == elements


@given(st.lists(VALUES, max_size=6), st.integers(0, 4))
def test_a_pretty_printed_row_still_takes_one_line(rows: list[object], indent: int) -> None:
    split = lines(json.dumps(rows, indent=indent).replace("\n", "\r\n").encode())
    assert [json.loads(line) for line in split] == json.loads(json.dumps(rows))
    assert all(b"\n" not in line and b"\r" not in line for line in split)


def test_numbers_are_not_formatted_anew() -> None:
    assert lines(b'[{"p": 1.50, "i": 9007199254740993, "s": "\\u00e9"}]') == [
        b'{"p": 1.50, "i": 9007199254740993, "s": "\\u00e9"}'
    ]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1,", b"<html>502</html>", b'{"message":"NotFound"}'])
def test_anything_else_is_to_be_asked_for_again(body: bytes) -> None:
    with pytest.raises(RetryableError, match="no JSON array"):
        lines(body)


def test_an_excerpt_is_short_and_on_one_line() -> None:
    assert excerpt(b"a\n b\xff" + b"x" * 500).count("\n") == 0
    assert len(excerpt(b"x" * 500)) < 90
