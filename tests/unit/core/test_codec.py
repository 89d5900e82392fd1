"""What was packed unpacks, and packs to the same bytes again."""

from __future__ import annotations

import io

import pytest

from schemahub.codec import compressor, damage, decompressed
from schemahub.errors import ConfigError
from schemahub.layout import CODECS


@pytest.mark.parametrize("codec", CODECS)
def test_there_and_back(codec: str) -> None:
    pieces = [b'{"trade_id":%d}\n' % i for i in range(5_000)]

    def packed() -> bytes:
        packer = compressor(codec)
        return b"".join([*map(packer.compress, pieces), packer.flush()])

    assert packed() == packed()
    with decompressed(codec, io.BytesIO(packed())) as stream:
        assert stream.read() == b"".join(pieces)


@pytest.mark.parametrize("codec", ["zst", "gz"])
def test_a_changed_byte_is_never_read_as_other_data(codec: str) -> None:
    plain = b"".join(b'{"trade_id":%d,"price":"%d.5"}\n' % (i, i * i) for i in range(20))
    packer = compressor(codec)
    packed = bytearray(packer.compress(plain) + packer.flush())
    caught = 0
    for at in range(len(packed)):
        packed[at] ^= 1
        try:
            with decompressed(codec, io.BytesIO(bytes(packed))) as stream:
                assert stream.read() == plain, at
        except damage():
            caught += 1
        packed[at] ^= 1
    assert caught > 0.8 * len(packed)


def test_an_unknown_codec_is_named() -> None:
    with pytest.raises(ConfigError, match="expected zst, gz, none, found lzma"):
        compressor("lzma")
