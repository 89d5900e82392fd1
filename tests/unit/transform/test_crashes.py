"""R2 and R4: failed, killed or raced at every single object-store operation, the table comes out the same."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

import pytest

from schemahub._transform.run import transform

if TYPE_CHECKING:
    from tests.unit.transform.conftest import Lake

EXPECTED = [("BTC-USD", i) for i in range(1, 31) if i not in (7, 22)] + [("ETH-USD", i) for i in range(1, 6)]


def filled(lake: Lake) -> Lake:
    lake.put(1, 12, bad=[7])
    lake.put(10, 20)
    lake.put(21, 30, bad=[22])
    lake.put(1, 5, "ETH-USD")
    return lake


def check(lake: Lake) -> None:
    assert lake.rows() == EXPECTED
    assert lake.quarantined() == 2
    assert len({(entry["source"], entry["line"]) for entry in lake.quarantine()}) == 2
    assert lake.table.snapshot().pending is None


KINDS: dict[str, dict[str, object]] = {
    "alone": {},
    "three at once": {"hands": 3},
    "one commit": {"one_commit": True},
}


@pytest.fixture(params=KINDS)
def new_lake(request: pytest.FixtureRequest, new_lake: type[Lake]) -> type[Lake]:
    """Lakes whose commits are one unit each, three at the same time, or all units one after another."""
    return type("Shared", (new_lake,), KINDS[request.param])


@pytest.fixture
def operations(new_lake: type[Lake]) -> int:
    """Count the operations of an undisturbed run."""
    lake = filled(new_lake())
    store = lake.faulty()
    transform(lake.job(store))
    check(lake)
    return store.operations


@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_killed_anywhere_the_next_run_completes_the_table(
    new_lake: type[Lake], operations: int, how: str
) -> None:
    for at in range(operations):
        lake = filled(new_lake())
        with pytest.raises(lake.killed):
            transform(lake.job(lake.faulty(at, how)))
        assert transform(lake.job()).complete
        check(lake)


@pytest.mark.parametrize("how", ["refused", "lost reply"])
def test_one_failed_operation_is_survived(new_lake: type[Lake], operations: int, how: str) -> None:
    for at in range(operations):
        lake = filled(new_lake())
        assert transform(lake.job(lake.faulty(at, how))).complete
        check(lake)


@pytest.mark.parametrize("digest", ["first", "second"])
def test_another_run_at_any_moment_changes_nothing(
    new_lake: type[Lake], operations: int, digest: str
) -> None:
    for at in range(operations):
        lake = filled(new_lake())
        store = lake.faulty(at, "raced", partial(transform, lake.job(digest=digest)))
        assert transform(lake.job(store)).complete
        check(lake)


def test_a_rival_killed_at_any_moment_changes_nothing(new_lake: type[Lake], operations: int) -> None:
    for at in range(0, operations, 3):
        for died in range(0, operations // 2, 4):
            lake = filled(new_lake())

            def rival(lake: Lake = lake, died: int = died) -> None:
                with contextlib.suppress(lake.killed):
                    transform(lake.job(lake.faulty(died, "killed after"), rows=40))

            assert transform(lake.job(lake.faulty(at, "raced", rival))).complete
            check(lake)
