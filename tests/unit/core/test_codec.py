"""What was packed unpacks, and packs to the same bytes again."""

from __future__ import annotations

import io

import pytest

from schemahub.codec import compressor, decompressed
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


def test_an_unknown_codec_is_named() -> None:
    with pytest.raises(ConfigError, match="expected zst, gz, none, found lzma"):
        compressor("lzma")
