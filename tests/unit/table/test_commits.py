"""The manifest: one compare-and-set, lost replies, versions, damage."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from schemahub._lake.parquet_table import ParquetTable
from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore
from schemahub.builtin.table import schemahub_table
from schemahub.errors import ConfigError, IntegrityError, RetryableError
from schemahub.layout import CURRENT_KEY, StreamId, manifest_key
from schemahub.spans import Span, span_set
from schemahub.table import Claim, DataFile, Deleting, Pending, Snapshot, SymbolRange
from schemahub.testing import TableConformance

BTC = StreamId("coinbase", "BTC-USD")
PART = SymbolRange(
    exchange="COINBASE", symbol="BTC-USD", rows=2, least_us=1, greatest_us=2, least_id=3, greatest_id=4
)
FILE = DataFile(key="f", trade_date="2024-01-01", rows=2, bytes=9, symbols=(PART,))
FULL = Snapshot(
    files=(FILE,),
    covered={BTC: span_set(Span(1, 3), Span(7, 9))},
    quarantined={BTC: 4},
    mappings={"coinbase": "d"},
    pending=Pending(inputs=("a", "b"), digest="e"),
    deleting=(Deleting(key="g", since_us=5),),
    newest_us={BTC: 7},
    generations={"2024-01-01": 2},
    claims={"2024-01-01": Claim(generation=3, inputs=("f",), recipe="r")},
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class LostReplies(MemoryStore):
    """Stores, then says that nothing is known of it."""

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        super().put_if(key, data, version)
        msg = "no answer"
        raise RetryableError(msg)


class TestInMemory(TableConformance):
    @pytest.fixture
    def table(self, store: MemoryStore) -> ParquetTable:
        return ParquetTable(store)


class TestInAFolder(TableConformance):
    @pytest.fixture
    def table(self, tmp_path: Path) -> ParquetTable:
        return ParquetTable(FileStore(tmp_path))


def test_the_first_commit_says_which_version_readers_see(store: MemoryStore, table: ParquetTable) -> None:
    table.commit(table.snapshot(), FULL)
    assert json.loads(store.get(CURRENT_KEY).data) == {"schema": 2, "version": 1}


def test_a_lost_reply_is_no_conflict() -> None:
    table = ParquetTable(LostReplies())
    after = table.commit(table.snapshot(), FULL)
    assert table.snapshot() == after


def test_a_lost_reply_to_publishing_is_no_failure() -> None:
    store = LostReplies()
    table = ParquetTable(store)
    table.commit(table.snapshot(), FULL)
    new = table.successor()
    new.commit(new.snapshot(), replace(FULL, version=2))
    new.publish()
    assert table.snapshot().version == 2


@pytest.mark.parametrize("key", [manifest_key(1), CURRENT_KEY])
def test_a_newer_document_is_refused_in_one_sentence(
    store: MemoryStore, table: ParquetTable, key: str
) -> None:
    store.put_new(key, b'{"schema": 3, "version": 1}')
    with pytest.raises(ConfigError, match=r"newer schemahub \(expected schema 2 or older, found schema 3"):
        table.snapshot()


@pytest.mark.parametrize("key", [manifest_key(1), CURRENT_KEY])
@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"schema": 2}', b'{"schema": 2, "version": "x"}'])
def test_a_damaged_document_is_told(store: MemoryStore, table: ParquetTable, key: str, data: bytes) -> None:
    store.put_new(key, data)
    with pytest.raises(IntegrityError) as raised:
        table.snapshot()
    assert raised.value.where == key


def test_the_plugin_is_the_table() -> None:
    found: Callable[[], object] = schemahub_table
    assert found() is ParquetTable


def test_a_manifest_of_the_first_form_is_still_read(store: MemoryStore, table: ParquetTable) -> None:
    part = {"exchange": "COINBASE", "symbol": "BTC-USD", "rows": 2, "least_us": 1, "greatest_us": 2}
    stream = {"exchange": "coinbase", "product": "BTC-USD", "stream": "trades", "covered": [[1, 3]]}
    document = {
        "schema": 1,
        "nonce": "n",
        "version": 1,
        "pending": None,
        "mappings": {},
        "generations": {},
        "deleting": [],
        "streams": [{**stream, "quarantined": 1}],
        "files": [{"key": "f", "trade_date": "2024-01-01", "rows": 2, "bytes": 9, "symbols": [part]}],
    }
    store.put_new(manifest_key(1), json.dumps(document).encode())
    found = table.snapshot()
    assert found.files == (replace(FILE, symbols=(SymbolRange(**part),)),)
    assert found.covered == {BTC: span_set(Span(1, 3))}
