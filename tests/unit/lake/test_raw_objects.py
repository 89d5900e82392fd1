from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from schemahub._lake.raw_objects import RawObjects
from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore
from schemahub.codec import compressor
from schemahub.errors import IntegrityError, NotFound
from schemahub.layout import RawName, StreamId
from schemahub.raw_sink import RawBatch, RawObject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub.object_store import ObjectInfo

BTC = StreamId("coinbase", "BTC-USD")
HOUR_US = 3_600_000_000
NOON_US = 1_767_268_800_000_000


def batch(stream: StreamId, first: int, created_us: int = NOON_US, codec: str = "none") -> RawBatch:
    name = RawName(
        created_us=created_us, uuid=str(UUID(int=first)), first=first, last=first, count=1, codec=codec
    )
    squeeze = compressor(codec)
    return RawBatch(stream=stream, name=name, data=squeeze.compress(b'{"n":%d}\n' % first) + squeeze.flush())


@pytest.mark.parametrize("codec", ["zst", "gz", "none"])
def test_a_batch_is_stored_once_and_reads_as_plain_lines(codec: str) -> None:
    sink = RawObjects(MemoryStore())
    assert sink.put(batch(BTC, 7, codec=codec))
    assert not sink.put(batch(BTC, 7, codec=codec))
    (stored,) = sink.list(BTC)
    assert stored.name == batch(BTC, 7, codec=codec).name
    assert stored.size == len(batch(BTC, 7, codec=codec).data)
    with sink.open(stored) as file:
        assert file.read() == b'{"n":7}\n'


def test_the_stored_bytes_are_the_batch_and_the_key_is_the_layout() -> None:
    store = MemoryStore()
    RawObjects(store).put(batch(BTC, 7, codec="gz"))
    (info,) = store.list("")
    assert info.key == (
        "raw_coinbase_trades/BTC-USD/20260101T120000000000Z_00000000-0000-0000-0000-000000000007"
        "_00000000000000000007_00000000000000000007_1.jsonl.gz"
    )
    assert gzip.decompress(store.get(info.key).data) == b'{"n":7}\n'


def test_a_listing_since_a_time_includes_that_very_time() -> None:
    sink = RawObjects(MemoryStore())
    for hour in range(4):
        sink.put(batch(BTC, 10 - hour, NOON_US + hour * HOUR_US))
    assert [stored.name.first for stored in sink.list(BTC)] == [10, 9, 8, 7]
    assert [stored.name.first for stored in sink.list(BTC, NOON_US + 2 * HOUR_US)] == [8, 7]
    assert [stored.name.first for stored in sink.list(BTC, NOON_US + 2 * HOUR_US + 1)] == [7]


def test_one_stream_does_not_see_another_whose_name_begins_alike() -> None:
    sink = RawObjects(MemoryStore())
    for stream in (BTC, StreamId("coinbase", "BTC-USDC"), StreamId("coinbase", "BTC")):
        sink.put(batch(stream, 1))
        assert [stored.stream for stored in sink.list(stream)] == [stream]


@pytest.mark.parametrize("name", ["notes.txt", "0", "20260101T120000000000Z_x_1_1_1.jsonl", "below/it"])
def test_a_foreign_object_stops_the_listing(name: str) -> None:
    store = MemoryStore()
    store.put_new(f"{BTC.raw_prefix}{name}", b"")
    with pytest.raises(IntegrityError, match=f"BTC-USD/{name}: a foreign object"):
        list(RawObjects(store).list(BTC))


def test_a_name_that_would_be_spelt_otherwise_stops_the_listing() -> None:
    store = MemoryStore()
    store.put_new(f"{BTC.raw_prefix}{batch(BTC, 7).name}".replace("_0000000000000", "_"), b"")
    with pytest.raises(IntegrityError, match="not as it would be written here"):
        list(RawObjects(store).list(BTC))


def test_a_batch_that_is_gone_is_not_found() -> None:
    gone = RawObject(stream=BTC, name=batch(BTC, 7).name, size=0)
    with pytest.raises(NotFound):
        RawObjects(MemoryStore()).open(gone)


STREAMS = [
    StreamId("binance", "BTCUSDT"),
    StreamId("coinbase", "BTC-USD"),
    StreamId("coinbase", "BTC-USD-PERP"),
    StreamId("coinbase", "BTC-USD.d"),
    StreamId("coinbase", "BTC-USD/x"),
    StreamId("coinbase", "BTC-USD0"),
    StreamId("coinbase", "漢"),
    StreamId("coinbase", "BTC-USD", "quotes"),
    StreamId("coinbasepro", "BTC-USD"),
]


def test_streams_are_those_that_have_batches(tmp_path: Path) -> None:
    for store in (MemoryStore(), FileStore(tmp_path)):
        sink = RawObjects(store)
        assert list(sink.streams()) == []
        for stream in STREAMS:
            for first in range(3):
                sink.put(batch(stream, first))
        store.put_new("checkpoints/kraken_trades/XBT.json", b"")
        assert Counter(sink.streams()) == Counter(STREAMS)
        assert Counter(sink.streams("coinbase")) == Counter(STREAMS[1:-1])


def test_finding_streams_does_not_list_their_batches() -> None:
    class Counting(MemoryStore):
        listed = 0

        def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
            for info in super().list(prefix, start_after):
                self.listed += 1
                yield info

    store = Counting()
    sink = RawObjects(store)
    for first in range(500):
        sink.put(batch(BTC, first))
    assert list(sink.streams()) == [BTC]
    assert store.listed == 2, "one for each level of folders"


def test_an_object_beside_the_streams_is_named() -> None:
    store = MemoryStore()
    store.put_new("raw_notes", b"")
    with pytest.raises(IntegrityError, match="raw_notes: not the key of a raw object"):
        list(RawObjects(store).streams())
