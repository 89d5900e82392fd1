"""What every checkpoint store promises."""

from __future__ import annotations

from collections import Counter

import pytest

from schemahub.checkpoint import Checkpoint, CheckpointStore, Gap, GapState, Plan, PlanKind, Watermark
from schemahub.errors import Conflict
from schemahub.layout import StreamId
from schemahub.spans import Span, span_set
from schemahub.testing.conformance.racing import race
from schemahub.testing.rules import rule

_BTC = StreamId("coinbase", "BTC-USD")
_OTHERS = (StreamId("coinbase", "ETH-USD"), StreamId("binance", "BTCUSDT"), StreamId("coinbasepro", "a/b"))
_FULL = Checkpoint(
    stream=_BTC,
    covered=span_set(Span(1, 10**15), Span(10**15 + 9, 10**15 + 10)),
    watermark=Watermark(position=10**15, time_ns=1_767_225_600_123_456_789),
    plan=Plan(
        id="p",
        kind=PlanKind.BACKFILL,
        span=Span(1, 5),
        created_us=1_767_225_600_123_456,
        batch_size=100_000,
        codec="zst",
    ),
    requested=span_set(Span(1, 5)),
    gaps=(Gap(id="g", span=Span(7, 8), state=GapState.CONFIRMED, seen_us=1, read_us=2, reads=3),),
    newest="batch",
)


class CheckpointStoreConformance:
    """Subclass it with a fixture `checkpoints`."""

    racing_saves = 16

    @pytest.fixture
    def checkpoints(self) -> CheckpointStore:
        """Return an empty checkpoint store."""
        raise NotImplementedError

    @rule("CT-CKP-01")
    def test_nothing_saved_is_none(self, checkpoints: CheckpointStore) -> None:
        assert checkpoints.load(_BTC) is None, "load of a stream without a checkpoint returns None"
        assert list(checkpoints.streams()) == [], "no stream has a checkpoint yet"

    @rule("CT-CKP-02")
    def test_every_part_comes_back(self, checkpoints: CheckpointStore) -> None:
        version = checkpoints.save(_FULL, None)
        loaded = checkpoints.load(_BTC)
        assert loaded is not None, "what was saved is there"
        assert loaded.checkpoint == _FULL, "every field comes back as it was saved"
        assert loaded.version == version, "load returns the version that save returned"

    @rule("CT-CKP-03")
    def test_a_save_against_an_old_version_is_a_conflict(self, checkpoints: CheckpointStore) -> None:
        first = checkpoints.save(_covering(1), None)
        second = checkpoints.save(_covering(2), first)
        for old in (None, first):
            with pytest.raises(Conflict):
                checkpoints.save(_covering(3), old)
        loaded = checkpoints.load(_BTC)
        assert loaded is not None, "a refused save deletes nothing"
        assert (loaded.checkpoint, loaded.version) == (_covering(2), second), "a refused save changes nothing"

    @rule("CT-CKP-04")
    def test_equal_checkpoints_of_two_writers_are_not_mistaken_for_one(
        self, checkpoints: CheckpointStore
    ) -> None:
        version = checkpoints.save(_covering(1), None)
        checkpoints.save(_covering(2), version)
        with pytest.raises(Conflict):
            checkpoints.save(_covering(2), version)

    @rule("CT-CKP-05")
    def test_of_racing_saves_one_wins(self, checkpoints: CheckpointStore) -> None:
        version = checkpoints.save(_covering(1), None)

        def save(number: int) -> bool:
            try:
                checkpoints.save(_covering(100 + number), version)
            except Conflict:
                return False
            return True

        won = race(self.racing_saves, save)
        assert won.count(True) == 1, "of racing saves against one version exactly one succeeds"
        loaded = checkpoints.load(_BTC)
        assert loaded is not None, "the winner's checkpoint is there"
        assert loaded.checkpoint == _covering(100 + won.index(True)), "what is stored is the winner's"

    @rule("CT-CKP-06")
    def test_streams_are_those_that_have_a_checkpoint(self, checkpoints: CheckpointStore) -> None:
        for stream in (_BTC, *_OTHERS):
            checkpoints.save(_covering(1, stream), None)
        assert Counter(checkpoints.streams()) == Counter((_BTC, *_OTHERS)), "streams() names each once"
        named = set(checkpoints.streams("coinbase"))
        assert named == {_BTC, _OTHERS[0]}, "streams('coinbase') leaves out coinbasepro"


def _covering(last: int, stream: StreamId = _BTC) -> Checkpoint:
    return Checkpoint(stream=stream, covered=span_set(Span(1, last)))
