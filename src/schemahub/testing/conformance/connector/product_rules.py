"""What the product list says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.conformance.connector.talking import replayed
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from schemahub.connector import Connector
    from schemahub.model import Product
    from schemahub.testing.conformance.connector.talking import Talk
    from schemahub.testing.simulator import SimulatedExchange

_OTHER_ID = "XQZW7"


class ProductRules(ConnectorBase):
    """CT-CON-43 to 46."""

    @pytest.fixture
    def listed(self, talk: Talk) -> tuple[Product, ...]:
        """Return the products."""
        return talk.tell(talk.connector.products())

    @rule("CT-CON-43")
    def test_each_has_an_id_a_base_and_a_quote(
        self, connector: Connector, listed: tuple[Product, ...]
    ) -> None:
        assert listed, "expected products, found none"
        twice = [identity for identity, count in Counter(each.id for each in listed).items() if count > 1]
        assert twice == [], f"ids: expected each once, found {twice[:5]} more than once"
        for each in listed:
            assert each.id, f"expected an id, found {each!r}"
            assert each.base, f"expected a base and a quote, found {each!r}"
            assert each.quote, f"expected a base and a quote, found {each!r}"
            is_symbol = each.id == f"{each.base}-{each.quote}" or not connector.product_is_symbol
            assert is_symbol, f"product_is_symbol: expected {each.base}-{each.quote}, found {each.id}"

    @rule("CT-CON-44")
    def test_base_and_quote_are_not_cut_from_the_id(self, talk: Talk, listed: tuple[Product, ...]) -> None:
        told = talk.ask(talk.connector.products())
        joined = [each for each in listed if each.id.isalnum()]
        if not joined:
            pytest.skip("its ids have separators")
        for known in joined[:5]:
            answers = [replace(each, body=_renamed(each.body, known.id)) for each in told.responses]
            listing = talk.ask(talk.connector.products(), replayed(answers)).value
            found = {each.id.upper(): each for each in listing}
            assert _OTHER_ID in found, (
                f"{known.id} listed as {_OTHER_ID}: expected that id, found {list(found)[:5]}"
            )
            pair = (found[_OTHER_ID].base, found[_OTHER_ID].quote)
            expected = (known.base, known.quote)
            assert pair == expected, f"{known.id} listed as {_OTHER_ID}: expected {expected}, found {pair}"

    @rule("CT-CON-45")
    def test_whatever_has_trades_is_listed(
        self, exchange: SimulatedExchange, listed: tuple[Product, ...]
    ) -> None:
        missing = set(exchange.products) - {each.id for each in listed}
        assert missing == set(), f"products with trades: expected all of them listed, missing {missing}"

    @rule("CT-CON-46")
    def test_no_two_share_a_symbol(self, listed: tuple[Product, ...]) -> None:
        live = [each for each in listed if each.active and each.alias_of is None]
        symbols = Counter((each.base, each.quote) for each in live)
        twice = [symbol for symbol, count in symbols.items() if count > 1]
        assert twice == [], (
            f"symbols of active products: expected each once, found {twice[:5]} more than once"
        )


def _renamed(body: bytes, identity: str) -> bytes:
    """Give a product another id, in capitals or not as it stands."""

    def other(found: re.Match[bytes]) -> bytes:
        name = _OTHER_ID.encode()
        return b'"%s"' % (name.lower() if found[0].islower() else name)

    return re.sub(b'"%s"' % re.escape(identity.encode()), other, body, flags=re.IGNORECASE)
