"""What every raw sink promises."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from schemahub.codec import compressor
from schemahub.errors import NotFound
from schemahub.layout import RawName, StreamId
from schemahub.raw_sink import RawBatch, RawObject
from schemahub.testing.conformance.racing import race
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from schemahub.raw_sink import RawSink

_BTC = StreamId("coinbase", "BTC-USD")
_ALIKE = (
    StreamId("coinbase", "BTC-USDC"),
    StreamId("coinbase", "BTC"),
    StreamId("coinbase", "BTC-USD/x"),
    StreamId("coinbase", "BTC-USD", "quotes"),
    StreamId("coinbase", "漢 字"),
    StreamId("coinbasepro", "BTC-USD"),
)
_NOON_US = 1_767_268_800_000_000
_HOUR_US = 3_600_000_000


class RawSinkConformance:
    """Subclass it with a fixture `sink`."""

    racing_puts = 16

    @pytest.fixture
    def sink(self) -> RawSink:
        """Return a sink that nothing was put into."""
        raise NotImplementedError

    @rule("CT-RAW-01")
    @pytest.mark.parametrize("codec", ["zst", "gz", "none"])
    def test_a_batch_reads_as_the_lines_that_were_put(self, sink: RawSink, codec: str) -> None:
        sink.put(_batch(_BTC, 7, codec=codec))
        (stored,) = sink.list(_BTC)
        with sink.open(stored) as file:
            assert file.read() == _lines(7), "open returns the plain lines, byte for byte"
        with sink.fetch(stored) as file:
            assert file.read() == _lines(7), "fetch returns the same"

    @rule("CT-RAW-02")
    def test_a_batch_is_stored_once(self, sink: RawSink) -> None:
        assert sink.put(_batch(_BTC, 7)) is True, "the first put of a name stores it"
        assert sink.put(_batch(_BTC, 7, content=b'{"other":1}\n')) is False, "the second stores nothing"
        (stored,) = sink.list(_BTC)
        with sink.open(stored) as file:
            assert file.read() == _lines(7), "what is stored is never replaced"

    @rule("CT-RAW-03")
    def test_of_racing_puts_one_stores(self, sink: RawSink) -> None:
        won = race(self.racing_puts, lambda _: sink.put(_batch(_BTC, 7)))
        assert won.count(True) == 1, "of racing puts of one batch exactly one returns True"

    @rule("CT-RAW-04")
    def test_a_listing_shows_what_was_put(self, sink: RawSink) -> None:
        batches = [_batch(_BTC, 90 - 10 * hour, _NOON_US + hour * _HOUR_US) for hour in (3, 0, 2, 1)]
        batches.append(_batch(_BTC, 10**15, _NOON_US, codec="gz"))
        for batch in batches:
            sink.put(batch)
        expected = sorted(((batch.name, len(batch.data)) for batch in batches), key=lambda each: str(each[0]))
        found = [(stored.name, stored.size) for stored in sink.list(_BTC)]
        assert found == expected, "names and sizes as they were put, in the order of the printed names"

    @rule("CT-RAW-05")
    def test_a_listing_since_a_time_includes_it(self, sink: RawSink) -> None:
        for hour in range(4):
            sink.put(_batch(_BTC, 10 * (4 - hour), _NOON_US + hour * _HOUR_US))
        for hour, expected in ((2, [20, 10]), (0, [40, 30, 20, 10])):
            since = _NOON_US + hour * _HOUR_US
            assert [stored.name.first for stored in sink.list(_BTC, since)] == expected, "that time included"
        late = sink.list(_BTC, _NOON_US + 2 * _HOUR_US + 1)
        assert [stored.name.first for stored in late] == [10], "a microsecond later it is left out"

    @rule("CT-RAW-06")
    def test_one_stream_does_not_see_another(self, sink: RawSink) -> None:
        for number, stream in enumerate((_BTC, *_ALIKE)):
            sink.put(_batch(stream, 100 * number + 1))
        for number, stream in enumerate((_BTC, *_ALIKE)):
            found = [(stored.stream, stored.name.first) for stored in sink.list(stream)]
            assert found == [(stream, 100 * number + 1)], f"{stream} has its own batch alone"

    @rule("CT-RAW-07")
    def test_streams_are_those_that_have_batches(self, sink: RawSink) -> None:
        assert list(sink.streams()) == [], "no stream has a batch yet"
        for stream in (_BTC, *_ALIKE):
            for first in (1, 11):
                sink.put(_batch(stream, first))
        assert Counter(sink.streams()) == Counter((_BTC, *_ALIKE)), "streams() names each once"
        named = set(sink.streams("coinbase"))
        assert named == {_BTC, *_ALIKE[:-1]}, "streams('coinbase') leaves out coinbasepro"

    @rule("CT-RAW-08")
    def test_a_batch_that_is_gone_is_not_found(self, sink: RawSink) -> None:
        gone = RawObject(stream=_BTC, name=_batch(_BTC, 7).name, size=0)
        for read in (sink.open, sink.fetch):
            with pytest.raises(NotFound), read(gone) as file:
                file.read()


def _lines(first: int) -> bytes:
    return b"".join(b'{"trade_id":%d,"price":"0.10"}\n' % number for number in range(first, first + 3))


def _batch(
    stream: StreamId, first: int, created_us: int = _NOON_US, *, codec: str = "none", content: bytes = b""
) -> RawBatch:
    name = RawName(
        created_us=created_us, uuid=str(UUID(int=first)), first=first, last=first + 2, count=3, codec=codec
    )
    packer = compressor(codec)
    data = packer.compress(content or _lines(first)) + packer.flush()
    return RawBatch(stream=stream, name=name, data=data)
