"""What the shipped mapping makes of the exchange's lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from schemahub._plugins import installed, load, mapping_text
from schemahub.layout import StreamId
from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.rules import rule
from schemahub.transformer import RawLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.connector import Connector
    from schemahub.testing.conformance.connector.reading import Tape
    from schemahub.testing.conformance.connector.talking import Talk
    from schemahub.testing.simulator import SimulatedExchange
    from schemahub.testing.simulator.text import Trade
    from schemahub.transformer import Transformed, Transformer

_INGEST_US = 1_767_225_600_000_000
_NS_PER_US = 1_000
_E8 = 10**8
_SIDES = {"buy": "BUY", "sell": "SELL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Lines of the exchange, the trades behind them where they are known, and what became of them."""

    lines: Sequence[bytes]
    done: Transformed
    rows: Sequence[dict[str, Any]]

    def by_line(self) -> list[tuple[int, dict[str, Any]]]:
        """Return the rows, each with the number of its line."""
        return list(zip(self.done.lines, self.rows, strict=True))


class MappingRules(ConnectorBase):
    """CT-CON-57 to 60."""

    @pytest.fixture
    def transformer(self, connector: Connector) -> Transformer:
        """Return what makes rows of the exchange's lines: the shipped mapping."""
        if "mapping" not in [info.name for info in installed("transformers")]:
            pytest.skip("schemahub-mapping is not installed")
        text, source = mapping_text(connector.name)
        return load("transformers", "mapping").open(connector.name, text, source)

    @pytest.fixture
    def mapped(
        self,
        connector: Connector,
        exchange: SimulatedExchange,
        product: str,
        talk: Talk,
        transformer: Transformer,
    ) -> Mapped:
        """Return all lines of the product, transformed."""
        pa = pytest.importorskip("pyarrow")
        lines = [bytes(line) for line in exchange.lines(product)]
        batch = _raw_lines(connector, product, lines, talk)
        done = transformer.transform(batch)
        return Mapped(lines=lines, done=done, rows=pa.table(done.rows).to_pylist())

    @rule("CT-CON-57")
    def test_each_line_becomes_a_row(self, mapped: Mapped) -> None:
        refused = [(each.rule, each.data[:80]) for each in mapped.done.rejected]
        assert refused == [], f"expected a row of each of {len(mapped.lines)} lines, refused {refused[:2]}"
        assert len(mapped.rows) == len(mapped.lines), "expected a row a line"
        assert list(mapped.done.drift) == [], f"fields that the mapping does not name: {mapped.done.drift}"

    @rule("CT-CON-58")
    def test_rows_are_the_trades(
        self, mapped: Mapped, connector: Connector, product: str, tape: Tape, talk: Talk
    ) -> None:
        listed = {each.id: each for each in talk.tell(connector.products())}[product]
        symbol = f"{listed.base}-{listed.quote}"
        timed = tape.pages[0].times_ns is not None
        for at, row in mapped.by_line():
            found = (row["exchange"], row["symbol"], row["trade_id"])
            expected = (connector.name.upper(), symbol, str(tape.positions[at]))
            assert found == expected, f"{mapped.lines[at][:120]!r}: expected {expected}, found {found}"
            if timed:
                _check_time(row, tape.times_ns[at], mapped.lines[at])
        _check_time(mapped.rows[0], tape.times_ns[0], mapped.lines[0])
        _check_time(mapped.rows[-1], tape.times_ns[-1], mapped.lines[-1])

    @rule("CT-CON-59")
    def test_numbers_are_exact(self, mapped: Mapped, exchange: SimulatedExchange, product: str) -> None:
        for at, row, trade in self._with_trades(mapped, exchange, product):
            expected = (trade.price_e8 / _E8, trade.size_e8 / _E8)
            found = (row["price"], row["quantity"])
            assert found == expected, f"{mapped.lines[at][:120]!r}: expected {expected}, found {found}"

    @rule("CT-CON-60")
    def test_the_side_is_the_takers(self, mapped: Mapped, exchange: SimulatedExchange, product: str) -> None:
        for at, row, trade in self._with_trades(mapped, exchange, product):
            expected, found = _SIDES[trade.taker], row["side"]
            assert found == expected, f"{mapped.lines[at][:120]!r}: expected {expected}, found {found}"

    def _with_trades(
        self,
        mapped: Mapped,
        exchange: SimulatedExchange,
        product: str,
    ) -> list[tuple[int, dict[str, Any], Trade]]:
        """Return rows beside the trades that the simulated exchange made."""
        log = exchange.log(product)
        if not hasattr(log, "trades"):
            pytest.skip("recorded lines do not say what was traded")
        trades = list(log.trades(log.present(log.first, log.last)))[-len(mapped.lines) :]
        known = [(at, row, trade) for at, row in mapped.by_line() if (trade := trades[at]) is not None]
        if not known:
            pytest.skip("recorded lines do not say what was traded")
        return known


def _raw_lines(connector: Connector, product: str, lines: Sequence[bytes], talk: Talk) -> RawLines:
    """Return a batch as the core hands it to a transformer: with the symbol that the product list gave."""
    listed = {each.id: each for each in talk.tell(connector.products())}[product]
    return RawLines(
        stream=StreamId(connector.name, product),
        source="raw/conformance",
        ingest_us=_INGEST_US,
        data=b"".join(line + b"\n" for line in lines),
        symbol=f"{listed.base}-{listed.quote}",
    )


def _check_time(row: dict[str, Any], time_ns: int, line: bytes) -> None:
    found = row["trade_ts"]
    expected = time_ns // _NS_PER_US
    whole = int(found.timestamp()) * 1_000_000 + found.microsecond
    # A connector may know the end of a page more exactly than the row shows it, rounded.
    assert abs(whole - expected) <= 1, f"{line[:120]!r}: expected the time {expected} us, found {whole} us"
