"""Checkpoints over a store, with replies that get lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore
from schemahub.checkpoint import Checkpoint
from schemahub.errors import Conflict, IntegrityError, RetryableError
from schemahub.layout import StreamId
from schemahub.spans import Span, span_set
from schemahub.testing import CheckpointStoreConformance

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub.object_store import Stored

BTC = StreamId("coinbase", "BTC-USD")
ETH = StreamId("coinbase", "ETH-USD")


def covering(last: int, stream: StreamId = BTC) -> Checkpoint:
    return Checkpoint(stream=stream, covered=span_set(Span(1, last)))


class TestInMemory(CheckpointStoreConformance):
    @pytest.fixture
    def checkpoints(self) -> CheckpointObjects:
        return CheckpointObjects(MemoryStore())


class TestInAFolder(CheckpointStoreConformance):
    @pytest.fixture
    def checkpoints(self, tmp_path: Path) -> CheckpointObjects:
        return CheckpointObjects(FileStore(tmp_path))


class Lossy(MemoryStore):
    """Loses the reply of the next writes, after or before they took effect."""

    def __init__(self) -> None:
        super().__init__()
        self.lose: list[str] = []
        self.deaf = False
        self.rival: Checkpoint | None = None

    def get(self, key: str) -> Stored:
        if self.deaf:
            msg = "no connection"
            raise RetryableError(msg)
        return super().get(key)

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        how = self.lose.pop(0) if self.lose else "nothing"
        if how == "request":
            msg = "the request was lost"
            raise RetryableError(msg)
        stored = super().put_if(key, data, version)
        if self.rival is not None:
            rival, self.rival = self.rival, None
            CheckpointObjects(self).save(rival, stored)
        if how == "reply":
            msg = "the reply was lost"
            raise RetryableError(msg)
        if how == "reply, and the client repeats":
            super().put_if(key, data, version)
        return stored


@pytest.mark.parametrize("how", ["reply", "reply, and the client repeats"])
def test_a_save_whose_reply_is_lost_succeeded(how: str) -> None:
    store = Lossy()
    checkpoints = CheckpointObjects(store)
    store.lose = [how, "nothing", how]
    first = checkpoints.save(covering(1), None)
    second = checkpoints.save(covering(2), first)
    third = checkpoints.save(covering(3), second)
    assert store.get(BTC.checkpoint_key).version == third


def test_a_save_whose_request_is_lost_can_be_repeated() -> None:
    store = Lossy()
    checkpoints = CheckpointObjects(store)
    for expected in (None, checkpoints.save(covering(1, ETH), None)):
        stream = BTC if expected is None else ETH
        store.lose = ["request"]
        with pytest.raises(RetryableError, match="request was lost"):
            checkpoints.save(covering(2, stream), expected)
        checkpoints.save(covering(2, stream), expected)


def test_a_lost_reply_that_hides_another_writer_is_a_conflict() -> None:
    store = Lossy()
    checkpoints = CheckpointObjects(store)
    version = checkpoints.save(covering(1), None)
    store.lose, store.rival = ["reply"], covering(9)
    with pytest.raises(Conflict, match="while a reply was lost"):
        checkpoints.save(covering(2), version)
    loaded = checkpoints.load(BTC)
    assert loaded is not None
    assert loaded.checkpoint == covering(9)


def test_a_doubt_that_cannot_be_cleared_goes_on() -> None:
    store = Lossy()
    checkpoints = CheckpointObjects(store)
    for stream, expected in ((BTC, None), (ETH, checkpoints.save(covering(1, ETH), None))):
        store.lose, store.deaf = ["reply"], True
        with pytest.raises(RetryableError, match="the reply was lost"):
            checkpoints.save(covering(2, stream), expected)


def test_a_checkpoint_of_another_stream_is_refused_with_both_names() -> None:
    store = MemoryStore()
    checkpoints = CheckpointObjects(store)
    checkpoints.save(covering(1, ETH), None)
    store.put_new(BTC.checkpoint_key, store.get(ETH.checkpoint_key).data)
    with pytest.raises(IntegrityError, match=r"coinbase_trades/BTC-USD, found coinbase_trades/ETH-USD"):
        checkpoints.load(BTC)
