"""Where the lines of a raw batch end."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemahub import transformer
from schemahub.layout import StreamId
from schemahub.transformer import RawLines


def ends(data: bytes) -> list[int]:
    found = RawLines(stream=StreamId("x", "A-B"), source="raw/x", ingest_us=1, data=data).ends
    return [int(end) for end in found]


def one_by_one(data: bytes) -> list[int]:
    """Look at byte after byte."""
    unended = [len(data)] if data and not data.endswith(b"\n") else []
    return [at for at, byte in enumerate(data) if byte == ord("\n")] + unended


@given(st.lists(st.binary(max_size=20), max_size=20).map(b"\n".join))
@example(b"\n" * 17)
@example(b"seven..\n" * 4)
@example(b"\n.......\n......\n.....\n....\n...\n..\n.\n")
def test_each_newline_ends_a_line_and_so_does_the_end(data: bytes) -> None:
    assert ends(data) == one_by_one(data)


@pytest.mark.parametrize("piece", [8, 16, 24])
def test_they_are_the_same_in_whatever_pieces_one_looks(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transformer, "_PIECE", piece)
    for length in range(40):
        data = (b"a line of so many\nand\n\none\n" * 2)[:length]
        assert ends(data) == one_by_one(data)
