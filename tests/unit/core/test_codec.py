"""What was packed unpacks, and packs to the same bytes again."""

from __future__ import annotations

import io
import sys

import pyarrow as pa
import pytest

from schemahub.codec import compressor, damage, decompressed
from schemahub.errors import ConfigError
from schemahub.layout import CODECS

PIECES = [b'{"trade_id":%d}\n' % i for i in range(5_000)]
PLAIN = b"".join(PIECES)


def packed(codec: str, size: int | None = None) -> bytes:
    packer = compressor(codec, size)
    return b"".join([*map(packer.compress, PIECES), packer.flush()])


@pytest.fixture(autouse=True, params=[True, False], ids=["with-arrow", "without"])
def _arrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrow's decompression is used where somebody loaded it; it has to make no difference."""
    assert pa.__version__
    if not request.param:
        monkeypatch.delitem(sys.modules, "pyarrow")


@pytest.mark.parametrize("size", [None, len(PLAIN)])
@pytest.mark.parametrize("codec", CODECS)
def test_there_and_back(codec: str, size: int | None) -> None:
    assert packed(codec, size) == packed(codec, size)
    with decompressed(codec, io.BytesIO(packed(codec, size))) as stream:
        assert stream.read() == PLAIN
        assert stream.read() == b""
    with decompressed(codec, io.BytesIO(packed(codec, size))) as stream:
        assert stream.read(10) + stream.readline() + stream.read() == PLAIN


@pytest.mark.parametrize("size", [None, len(PLAIN)])
@pytest.mark.parametrize("codec", ["zst", "gz"])
def test_packed_data_may_be_joined(codec: str, size: int | None) -> None:
    with decompressed(codec, io.BytesIO(packed(codec, size) * 2)) as stream:
        assert stream.read() == PLAIN * 2


@pytest.mark.parametrize("size", [None, len(PLAIN)])
@pytest.mark.parametrize("codec", ["zst", "gz"])
def test_data_that_was_cut_off_is_damaged(codec: str, size: int | None) -> None:
    whole = packed(codec, size)
    for length in (1, 3, 10, len(whole) // 2, len(whole) - 1):
        with pytest.raises(damage()), decompressed(codec, io.BytesIO(whole[:length])) as stream:
            stream.read()


def test_what_is_no_zstd_at_all_is_damaged() -> None:
    with pytest.raises(damage()), decompressed("zst", io.BytesIO(PLAIN)) as stream:
        stream.read()


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("codec", ["zst", "gz"])
def test_a_changed_byte_is_never_read_as_other_data(codec: str, *, told: bool) -> None:
    plain = b"".join(b'{"trade_id":%d,"price":"%d.5"}\n' % (i, i * i) for i in range(20))
    packer = compressor(codec, len(plain) if told else None)
    data = bytearray(packer.compress(plain) + packer.flush())
    caught = 0
    for at in range(len(data)):
        data[at] ^= 1
        try:
            with decompressed(codec, io.BytesIO(bytes(data))) as stream:
                assert stream.read() == plain, at
        except damage():
            caught += 1
        data[at] ^= 1
    assert caught > 0.8 * len(data)


def test_an_unknown_codec_is_named() -> None:
    with pytest.raises(ConfigError, match="expected zst, gz, none, found lzma"):
        compressor("lzma")
