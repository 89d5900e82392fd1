"""What every table promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from schemahub.errors import ConfigError, Conflict, IntegrityError
from schemahub.layout import StreamId
from schemahub.spans import Span, span_set
from schemahub.table import Claim, Deleting, Pending, Snapshot, Table
from schemahub.testing.conformance.racing import race
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from schemahub.table import DataFile

_DAY = "2026-01-01"
_PINNED = 10_000
_LONG_AFTER_US = 4_000_000_000_000_000
_BTC = StreamId("coinbase", "BTC-USD")


class TableConformance:
    """Subclass it with a fixture `table`."""

    racing_commits = 8

    @pytest.fixture
    def table(self) -> Table:
        """Return a table that nothing was ever committed to."""
        raise NotImplementedError

    @rule("CT-TAB-01")
    def test_nothing_committed_is_an_empty_version_1(self, table: Table) -> None:
        assert table.snapshot() == Snapshot(), "a fresh table is an empty version 1 without a token"

    @rule("CT-TAB-02")
    def test_what_is_committed_is_read_back(self, table: Table) -> None:
        given = _full(_written(table))
        after = table.commit(table.snapshot(), given)
        assert table.snapshot() == after, "a snapshot shows what commit returned"
        assert replace(after, token=None) == given, "every field comes back as it was committed"

    @rule("CT-TAB-03")
    def test_writing_shows_nothing_and_again_gives_the_same_file(self, table: Table) -> None:
        first = _written(table)
        assert table.snapshot() == Snapshot(), "a file is invisible until it is committed"
        assert _written(table) == first, "the same rows and batch give the same file"
        assert (first.trade_date, first.rows) == (_DAY, 3), "a file says its day and rows"
        assert [(part.symbol, part.rows) for part in first.symbols] == [("ADA-USD", 1), ("BTC-USD", 2)], (
            "a file says what it holds of each symbol"
        )

    @rule("CT-TAB-04")
    def test_rows_without_a_column_are_refused(self, table: Table) -> None:
        with pytest.raises(IntegrityError):
            table.write(table.snapshot(), _DAY, _rows().drop_columns(["side"]), "b")

    @rule("CT-TAB-05")
    def test_a_commit_on_an_old_state_is_a_conflict(self, table: Table) -> None:
        base = table.snapshot()
        first = table.commit(base, Snapshot(mappings={"coinbase": "d"}))
        with pytest.raises(Conflict):
            table.commit(base, Snapshot())
        assert table.snapshot() == first, "a refused commit changes nothing"

    @rule("CT-TAB-06")
    def test_the_same_state_committed_twice_is_still_two_commits(self, table: Table) -> None:
        first = table.commit(table.snapshot(), Snapshot())
        table.commit(first, Snapshot())
        with pytest.raises(Conflict):
            table.commit(first, Snapshot())

    @rule("CT-TAB-07")
    def test_of_racing_commits_one_wins(self, table: Table) -> None:
        base = table.commit(table.snapshot(), Snapshot())

        def commit(number: int) -> bool:
            try:
                table.commit(base, Snapshot(mappings={"coinbase": str(number)}))
            except Conflict:
                return False
            return True

        won = race(self.racing_commits, commit)
        assert won.count(True) == 1, "of racing commits on one state exactly one succeeds"
        stored = table.snapshot().mappings
        assert stored == {"coinbase": str(won.index(True))}, "what is stored is the winner's"

    @rule("CT-TAB-08")
    def test_a_file_about_to_be_deleted_cannot_be_added(self, table: Table) -> None:
        file = _written(table)
        going = Snapshot(deleting=(Deleting(key=file.key, since_us=5),))
        base = table.commit(table.snapshot(), going)
        with pytest.raises(Conflict):
            table.commit(base, replace(base, files=(file,)))

    @rule("CT-TAB-09")
    def test_a_version_is_seen_once_it_is_published(self, table: Table) -> None:
        given = Snapshot(covered={_BTC: span_set(Span(1, 9))})
        table.commit(table.snapshot(), given)
        new = table.successor()
        new.commit(new.snapshot(), replace(given, version=2))
        assert table.snapshot().version == 1, "readers see the old version until the new one is published"
        new.publish()
        new.publish()
        assert table.snapshot().version == 2, "readers see the published version"
        assert table.successor().snapshot().version == 3, "the next version is numbered on"

    @rule("CT-TAB-10")
    @pytest.mark.parametrize("covered", [Span(1, 8), Span(2, 9)])
    def test_a_version_that_covers_less_is_not_published(self, table: Table, covered: Span) -> None:
        table.commit(table.snapshot(), Snapshot(covered={_BTC: span_set(Span(1, 9))}))
        new = table.successor()
        new.commit(new.snapshot(), Snapshot(version=2, covered={_BTC: span_set(covered)}))
        with pytest.raises(ConfigError, match="version 2 of the table does not cover version 1"):
            new.publish()
        assert table.snapshot().version == 1, "readers stay on the version that covers more"

    @rule("CT-TAB-11")
    def test_an_earlier_state_is_itself_or_refused(self, table: Table) -> None:
        first = table.commit(table.snapshot(), Snapshot(mappings={"coinbase": "first"}))
        table.commit(first, Snapshot(mappings={"coinbase": "second"}))
        try:
            found = table.as_of(token=first.token)
        except ConfigError:
            return
        assert found == first, "an earlier state is what was committed then"
        with pytest.raises(ConfigError):
            table.as_of(time_us=0)

    @rule("CT-TAB-12")
    def test_tidying_leaves_the_current_state(self, table: Table) -> None:
        first = table.commit(table.snapshot(), Snapshot(mappings={"coinbase": "first"}))
        last = table.commit(first, Snapshot(mappings={"coinbase": "second"}))
        for _ in range(2):
            table.tidy(_LONG_AFTER_US)
            assert table.snapshot() == last, "tidying changes nothing that readers see"
        table.commit(last, Snapshot())

    @rule("CT-TAB-13")
    def test_a_run_may_be_one_commit(self, table: Table) -> None:
        inputs = tuple(f"raw_coinbase_trades/BTC-USD/{number:0100}" for number in range(_PINNED))
        pending = Pending(inputs=inputs, digest="d")
        pinned = table.commit(table.snapshot(), Snapshot(pending=pending))
        assert table.snapshot().pending == pending, "all that is pinned is read back"
        files = tuple(_written(table, f"2026-01-{day:02}") for day in range(1, 10))
        assert table.snapshot() == pinned, "files are invisible until they are committed, however many"
        done = table.commit(pinned, replace(pinned, files=files, pending=None))
        assert table.snapshot().files == files, "one commit shows the files of many days"
        assert table.snapshot() == done, "a snapshot shows what commit returned"


def _written(table: Table, day: str = _DAY) -> DataFile:
    return table.write(table.snapshot(), day, _rows(day), "batch")


def _rows(day: str = _DAY) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa

    from schemahub._lake.parquet_file import SCHEMA

    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    trade = {"exchange": "COINBASE", "side": "BUY", "price": 1e-8, "quantity": 0.5}
    times = {"trade_ts": moment, "ingest_ts": moment}
    ids = (("BTC-USD", "10"), ("BTC-USD", "9"), ("ADA-USD", "7"))
    rows = [{**trade, **times, "symbol": symbol, "trade_id": number} for symbol, number in ids]
    return pa.Table.from_pylist(rows, SCHEMA)


def _full(file: DataFile) -> Snapshot:
    return Snapshot(
        files=(file,),
        covered={_BTC: span_set(Span(1, 3), Span(7, 9))},
        quarantined={_BTC: 4},
        mappings={"coinbase": "d"},
        pending=Pending(inputs=("a", "b"), digest="e"),
        deleting=(Deleting(key="g", since_us=5),),
        newest_us={_BTC: 7},
        generations={_DAY: 2},
        claims={_DAY: Claim(generation=3, inputs=("f",), recipe="r")},
    )
