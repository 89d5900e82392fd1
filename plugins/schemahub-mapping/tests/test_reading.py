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
    ],
)
def test_mistakes(text: str, before: str, after: str, line: int, words: str) -> None:
    assert before in text
    with pytest.raises(ConfigError, match=words) as raised:
        read_mapping("coinbase", text.replace(before, after, 1), "my.yaml")
    assert str(raised.value).startswith(f"my.yaml:{line}: ")


@pytest.mark.parametrize("text", ["", "# nothing\n", "\x00"])
def test_no_mapping_at_all(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^my\.yaml:1: "):
        read_mapping("coinbase", text, "my.yaml")
