"""How many raw objects' names are held at a time: a lake has millions (R7)."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from schemahub._lake.raw_objects import RawObjects
from schemahub.raw_sink import RawObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.unit.quality.conftest import Lake

    from schemahub.layout import StreamId

PRODUCTS = ("ADA-USD", "BTC-USD", "ETH-USD")


@pytest.fixture
def held(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return what is filled with the number of names that are alive whenever a listing begins."""
    for product in PRODUCTS:
        lake.ingest(product)
    listed, counts = RawObjects.list, list[int]()

    def listing(self: RawObjects, stream: StreamId, since_us: int = 0) -> Iterator[RawObject]:
        gc.collect()
        counts.append(sum(isinstance(one, RawObject) for one in gc.get_objects()))
        yield from listed(self, stream, since_us)

    monkeypatch.setattr(RawObjects, "list", listing)
    return counts


@pytest.mark.parametrize("look", [lambda lake: lake.verify(), lambda lake: lake.status()])
def test_only_one_products_names_are_held(
    lake: Lake, held: list[int], look: Callable[[Lake], object]
) -> None:
    assert look(lake)
    assert len(held) == len(PRODUCTS)
    assert held == held[:1] * len(PRODUCTS)


def test_a_deep_proof_holds_them_all_to_read_them(lake: Lake, held: list[int]) -> None:
    assert lake.verify(deep=True).deep
    assert sorted(held) == held
    assert held[-1] > held[0]
