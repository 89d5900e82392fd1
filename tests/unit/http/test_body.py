from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemahub._http.body import read_body
from schemahub.errors import PermanentError, RetryableError

MIB = 1 << 20


def chunked(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(
    data=st.binary(max_size=5000),
    size=st.integers(1, 700),
    encoding=st.sampled_from(["", "identity", "gzip", "deflate"]),
)
def test_a_body_comes_back_whole(data: bytes, size: int, encoding: str) -> None:
    sent = {"gzip": gzip.compress(data), "deflate": zlib.compress(data)}.get(encoding, data)
    assert read_body(chunked(sent, size), encoding, MIB, "host/path") == data


def test_gzip_members_may_follow_each_other() -> None:
    sent = gzip.compress(b"one ") + gzip.compress(b"two")
    assert read_body(chunked(sent, 7), "gzip", MIB, "host/path") == b"one two"


def test_an_answer_without_body_needs_no_gzip_stream() -> None:
    assert read_body([], "gzip", MIB, "host/path") == b""


@given(data=st.binary(min_size=1, max_size=500), keep=st.floats(0, 1, exclude_max=True))
def test_a_gzip_stream_cut_anywhere_is_seen(data: bytes, keep: float) -> None:
    whole = gzip.compress(data)
    cut = whole[: max(1, int(keep * len(whole)))]
    with pytest.raises(RetryableError, match="host/path: the body is cut off"):
        read_body([cut], "gzip", MIB, "host/path")


def test_what_is_no_gzip_is_told_from_the_cause() -> None:
    with pytest.raises(RetryableError, match="not the gzip that its header says") as caught:
        read_body([b"<html>"], "gzip", MIB, "host/path")
    assert isinstance(caught.value.__cause__, zlib.error)


def test_a_large_body_is_refused_with_the_limit_and_the_place() -> None:
    with pytest.raises(RetryableError, match=r"host/path: .*\(expected at most 1 MiB, found more\)"):
        read_body([b"x" * MIB, b"x"], "", MIB, "host/path")


def test_a_bomb_does_not_fill_the_memory() -> None:
    bomb = gzip.compress(bytes(100 * MIB), 9)
    tracemalloc.start()
    with pytest.raises(RetryableError, match="too large"):
        read_body([bomb], "gzip", 4 * MIB, "host/path")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * MIB


def test_an_encoding_that_nobody_asked_for_is_permanent() -> None:
    with pytest.raises(PermanentError, match="expected gzip or none, found 'br'"):
        read_body([b"?"], "br", MIB, "host/path")
