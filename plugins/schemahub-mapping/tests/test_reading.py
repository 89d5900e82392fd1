"""A mistake in a mapping is told with file, line and a suggestion."""

from __future__ import annotations

import pytest

from schemahub.errors import ConfigError
from schemahub_mapping.reading import read_mapping


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("from: side", "fron: side", 5, "unknown key .*expected from, .*Did you mean 'from'"),
        ("  price:", "  prise:", 6, "unknown key .*Did you mean 'price'"),
        ("columns:", "colums:", 3, "unknown key .*Did you mean 'columns'"),
        ("version: 1", "version: 2", 2, "newer schemahub-mapping .*version 1 or older, found 2.*Upgrade"),
        ("version: 1", "version: one", 2, "not a version"),
        ("version: 1\n", "", 1, "'version' is missing"),
        ("exchange: coinbase", "exchange: kraken", 1, "a mapping of another exchange"),
        ("  side: {from: side, map: {buy: SELL, sell: BUY}}\n", "", 4, "column 'side' is missing"),
        ("buy: SELL", "buy: SEL", 5, "not a side .*Did you mean 'SELL'"),
        ("type: int}", "type: integer}", 4, "not a type of trade_id .*Did you mean 'int'"),
        ("iso8601", "iso", 8, "unknown format"),
        (", format: iso8601", "", 8, "a timestamp needs a format"),
        (
            "{from: price, type: decimal}",
            "{from: price, format: epoch_s}",
            6,
            "only a timestamp has a format",
        ),
        ("{from: price, type: decimal}", "{from: price, map: {a: 1}}", 6, "cannot be mapped"),
        ("{from: price, type: decimal}", "{type: decimal}", 6, "where does the value come from"),
        ("{from: price, type: decimal}", "{from: price, value: 1}", 6, "found from and value"),
        ("{from: price, type: decimal}", "{from: price, on_null: default}", 6, "default is needed"),
        ("{from: price, type: decimal}", "{from: price, default: 1, on_null: reject}", 6, "never used"),
        (
            "{from: price, type: decimal}",
            "{from: price, default: x}",
            6,
            "the default is no double .*found 'x'",
        ),
        ("sell: BUY}}", "sell: BUY}, default: B}", 5, "not a side"),
        ("{from: price, type: decimal}", "price", 6, "not a mapping"),
        ("from: price", "from: 3", 4, "objects or arrays, not both"),
        ("from: price", "from: [price]", 6, "not a plain value"),
        ("from: price", "from: price, from: size", 6, "'from' is there twice"),
        ("from: price", "from: 'price", 9, "not valid YAML"),
        ("columns:", "columns: [", 5, "not valid YAML"),
        ("columns:", "ignore: a\ncolumns:", 3, "not a list"),
        ("columns:", "ignore: [[a]]\ncolumns:", 3, "not a plain value"),
        ("exchange: coinbase", "exchange: [coinbase]", 1, "not a plain value"),
        ("iso8601", "ISO8601", 8, "unknown format .*Did you mean 'iso8601'"),
        ("from: side", "product: true", 5, r"columns\.side: only the symbol comes from the product"),
        ("columns:", "columns:\n  symbol: {product: yes}", 4, "product takes no other value"),
        ("columns:", "columns:\n  symbol: {product: true, default: A-B}", 4, "a product is never missing"),
        ("from: side, map: {buy: SELL, sell: BUY}", "value: buy", 5, "not a side .*expected BUY, SELL"),
        ("from: side, map", "value: BUY, map", 5, "a constant is never looked up"),
        ("map: {buy: SELL, sell: BUY}", "map: {}", 5, "the map is empty"),
        ("map: {buy: SELL, sell: BUY}", "map: [buy, sell]", 5, "not a mapping"),
        ("from: price, type: decimal", "value: cheap, type: decimal", 6, "the value is no decimal .*'cheap'"),
        (
            "from: price, type: decimal",
            "value: 1, on_null: reject",
            6,
            "never used: a value is never missing",
        ),
        ("from: price, type: decimal", "from: price, on_null: drop", 6, "unknown rule for missing values"),
        ("columns:", "columns:\n  symbol: {product: true, map: {X: BTCUSD}}", 4, "not a symbol .*BASE-QUOTE"),
        ("columns:", "columns:\n  symbol: {product: true, map: {X: -USD}}", 4, "not a symbol"),
        (
            "from: time, type: timestamp, format: iso8601",
            "from: time, format: epoch_s, default: now",
            8,
            r"columns\.trade_ts: the default is no epoch_s timestamp",
        ),
    ],
)
def test_mistakes(text: str, before: str, after: str, line: int, words: str) -> None:
    assert before in text
    with pytest.raises(ConfigError, match=words) as raised:
        read_mapping("coinbase", text.replace(before, after, 1), "my.yaml")
    assert str(raised.value).startswith(f"my.yaml:{line}: ")


def test_a_mistake_in_a_column_names_the_column(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^my\.yaml:6: columns\.price: unknown key"):
        read_mapping("coinbase", text.replace("{from: price", "{form: price"), "my.yaml")


def test_a_side_that_is_a_bool_may_have_a_default(text: str) -> None:
    changed = text.replace(
        "{from: side, map: {buy: SELL, sell: BUY}}",
        "{from: m, type: bool, map: {true: SELL, false: BUY}, default: BUY}",
    )
    side = next(one for one in read_mapping("coinbase", changed, "x").columns if one.name == "side")
    assert (side.values, side.default) == ((("true", "SELL"), ("false", "BUY")), "BUY")


@pytest.mark.parametrize("text", ["", "# nothing\n", "\x00"])
def test_no_mapping_at_all(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^my\.yaml:1: "):
        read_mapping("coinbase", text, "my.yaml")
