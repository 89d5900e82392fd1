"""What product ids stand for is learned once, and kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from schemahub._lake.symbols import Symbols, learn_symbols, read_symbols
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import ConfigError, Conflict, IntegrityError
from schemahub.layout import StreamId
from schemahub.model import Product

if TYPE_CHECKING:
    from schemahub.object_store import Stored

KEY = "seeds/kraken.symbols.json"
XBT = Product(id="XXBTZUSD", base="BTC", quote="USD")
DOGE = Product(id="XDGUSD", base="DOGE", quote="USD")


class Rivals(MemoryStore):
    """Somebody else writes between reading and writing, so many times."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.writes = writes

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        if self.writes:
            self.writes -= 1
            theirs = {
                "schema": 1,
                "exchange": "kraken",
                "symbols": {f"P{self.writes}": f"P{self.writes}-USD"},
            }
            super().put_if(key, json.dumps(theirs).encode(), version)
        return super().put_if(key, data, version)


def test_what_is_listed_is_known_from_then_on() -> None:
    store = MemoryStore()
    assert read_symbols(store, "kraken") == {}
    assert learn_symbols(store, "kraken", [XBT]) == {"XXBTZUSD": "BTC-USD"}
    learn_symbols(store, "kraken", [DOGE])
    assert read_symbols(store, "kraken") == {"XXBTZUSD": "BTC-USD", "XDGUSD": "DOGE-USD"}
    assert Symbols(store).of(StreamId("kraken", "XDGUSD")) == "DOGE-USD"
    assert Symbols(store).of(StreamId("kraken", "XETHZUSD")) is None
    assert Symbols(store).of(StreamId("gemini", "XDGUSD")) is None


def test_what_is_known_stays_whatever_is_listed_later() -> None:
    store = MemoryStore()
    learn_symbols(store, "kraken", [Product(id="LUNAUSD", base="LUNA", quote="USD")])
    before = store.get(KEY)
    learn_symbols(store, "kraken", [Product(id="LUNAUSD", base="LUNC", quote="USD")])
    assert store.get(KEY) == before, "not even written again"


def test_two_products_never_share_a_symbol() -> None:
    gone = Product(id="A", base="BTC", quote="USD", active=False)
    twin = Product(id="B", base="BTC", quote="USD", alias_of="Z")
    trading = Product(id="Z", base="BTC", quote="USD")
    nameless = Product(id="N", base="", quote="USD")
    assert learn_symbols(MemoryStore(), "x", [gone, twin, trading, nameless]) == {"Z": "BTC-USD"}


def test_a_rival_s_symbols_are_kept() -> None:
    store = Rivals(writes=3)
    assert learn_symbols(store, "kraken", [XBT]) == {"P0": "P0-USD", "XXBTZUSD": "BTC-USD"}
    with pytest.raises(Conflict, match="others keep writing"):
        learn_symbols(Rivals(writes=100), "kraken", [XBT])


def test_the_lake_is_asked_once_for_each_exchange() -> None:
    class Counting(MemoryStore):
        asked = 0

        def get(self, key: str) -> Stored:
            self.asked += 1
            return super().get(key)

    store = Counting()
    symbols = Symbols(store)
    assert store.asked == 0
    for product in ("A", "B", "C"):
        symbols.of(StreamId("kraken", product))
    assert store.asked == 1


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("{", IntegrityError, "damaged .*update-seed --exchange kraken"),
        ("[]", IntegrityError, "damaged"),
        ('{"schema": 1, "symbols": {"A": 3}}', IntegrityError, "damaged"),
        ('{"schema": 2, "symbols": {}}', ConfigError, "newer schemahub"),
        ('{"schema": 1, "symbols": {"A": "BTCUSD"}}', ConfigError, "expected BASE-QUOTE, found 'BTCUSD'"),
    ],
)
def test_a_file_that_makes_no_sense_is_named(text: str, error: type[Exception], said: str) -> None:
    store = MemoryStore()
    store.put_new(KEY, text.encode())
    with pytest.raises(error, match=said) as caught:
        read_symbols(store, "kraken")
    assert KEY in str(caught.value)
