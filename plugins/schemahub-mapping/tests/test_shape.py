"""What is learned from a line, and from which."""

from __future__ import annotations

import pytest

from schemahub_mapping.shape import Kind, learn, shape_of


def test_a_line_in_pieces() -> None:
    shape = shape_of(b'{"id": 7, "m":true,"p":"1.5" }')
    assert shape is not None
    assert [(one.field, one.before, one.after, one.kind) for one in shape] == [
        ("id", b'{"id": ', b"", Kind.NUMBER),
        ("m", b' "m":', b"", Kind.BOOLEAN),
        ("p", b'"p":"', b'" }', Kind.TEXT),
    ]


def test_an_array_in_pieces() -> None:
    shape = shape_of(b'["1.5",17.25,null]')
    assert shape is not None
    assert [(one.field, one.before, one.after, one.kind) for one in shape] == [
        (0, b'["', b'"', Kind.TEXT),
        (1, b"", b"", Kind.NUMBER),
        (2, b"", b"]", Kind.NULL),
    ]


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"{}", b"[]", b"oops", b"17", b'{"a":1', b'"a":1}', b'{"a":1}}', b'{{"a":1}', b'{"a":1},'),
        *(
            b'{"a":1,{"b":2}',
            b'{"a":1},"b":2',
            b'{"a":1,"a":2}',
            b'{"a":"x,y"}',
            b'{"a":"\\n"}',
            b'{"a":"\t"}',
        ),
        *(b'{"a":01}', b'{"a":+1}', b'{"a":1.}', b'{"a":.5}', b'{"a":NaN}', b'{"a":[1]}', b'{"a":{"b":1}}'),
        *(b'{"a":1]', b'["a":1]', b"[1}", b"[1,]", b"\xef\xbb\xbf[1]"),
    ],
)
def test_what_has_no_shape(line: bytes) -> None:
    assert shape_of(line) is None


def test_the_shape_is_that_of_most_samples() -> None:
    odd, usual = b'{"a":1,"b":2}', b'{"a":1}'
    assert learn(b"\n".join([odd, *[usual] * 9])) == shape_of(usual)
    assert learn(b"\n".join([*[usual] * 9, odd]) + b"\n") == shape_of(usual)
    assert learn(b"\n".join([b"oops", *[usual] * 9])) == shape_of(usual)
    assert learn(usual) == shape_of(usual)
    assert learn(b"oops") is None
