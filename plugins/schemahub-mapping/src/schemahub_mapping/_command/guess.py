"""Which raw field a column is probably made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub_mapping.paste import yaml_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemahub_mapping._command.seen import Seen

# What exchanges call them, the surest first.
_NAMES: dict[str, tuple[str, ...]] = {
    "trade_ts": (
        "timestampms",
        "trade_time",
        "time",
        "timestamp",
        "ts",
        "created_time",
        "created_at",
        "date",
        "T",
    ),
    "side": ("side", "taker_side", "isBuyerMaker", "is_buyer_maker", "type", "m", "S"),
    "trade_id": ("trade_id", "tradeId", "tid", "execId", "exec_id", "id", "a", "t", "i"),
    "price": ("price", "px", "p", "rate"),
    "quantity": ("quantity", "qty", "size", "amount", "sz", "q", "volume", "vol", "v"),
}
_SIDES: tuple[dict[str, str], ...] = (
    {"buy": "BUY", "sell": "SELL"},
    {"Buy": "BUY", "Sell": "SELL"},
    {"BUY": "BUY", "SELL": "SELL"},
    {"b": "BUY", "s": "SELL"},
    {"0": "BUY", "1": "SELL"},
    # Whether the buyer made the market: then the seller took it.
    {"true": "SELL", "false": "BUY"},
    {"True": "SELL", "False": "BUY"},
)


def guess(seen: Iterable[Seen]) -> dict[str, Seen]:
    """Return the likely field of each column for which there is one; no field is taken twice."""
    left = list(seen)
    found: dict[str, Seen] = {}
    for column, names in _NAMES.items():
        possible = [one for one in left if entry(column, one)]
        chosen = _named(possible, names) or _placed(column, possible)
        if chosen is not None:
            found[column] = chosen
            left.remove(chosen)
    return found


def entry(column: str, seen: Seen) -> str | None:
    """Return the entry of a column that this field would make; None if its values are of another kind."""
    source = f"from: {yaml_of(seen.field)}"
    match column:
        case "trade_ts" if seen.time_format:
            return f"{{{source}, type: timestamp, format: {seen.time_format}}}"
        case "side" if values := _sides_of(seen):
            pairs = ", ".join(f"'{key}': {value}" for key, value in values.items())
            return f"{{{source}, map: {{{pairs}}}}}"
        case "trade_id" if len(seen.distinct) == len(seen.values) > 1:
            return f"{{{source}, type: {'int' if _is_id(seen) else 'string'}}}"
        case "price" | "quantity" if seen.is_decimal:
            return f"{{{source}, type: decimal}}"
        case _:
            return None


def _named(possible: Sequence[Seen], names: Sequence[str]) -> Seen | None:
    by_name = {str(one.field): one for one in possible}
    exact = (by_name[name] for name in names if name in by_name)
    folded = {name.lower(): one for name, one in by_name.items()}
    loose = (folded[name.lower()] for name in names if len(name) > 1 and name.lower() in folded)
    return next(exact, None) or next(loose, None)


def _placed(column: str, possible: Sequence[Seen]) -> Seen | None:
    """Choose among the fields of rows that are arrays, by what the values are alone."""
    unnamed = [one for one in possible if isinstance(one.field, int)]
    if column == "trade_id":
        unnamed = [one for one in unnamed if _is_id(one)]
    if column in {"price", "quantity"}:  # written with a point, and the price first
        unnamed = [one for one in unnamed if not one.is_integer] or unnamed
    return unnamed[0] if unnamed else None


def _is_id(seen: Seen) -> bool:
    return seen.is_integer and all(len(value) < 19 and str(int(value)) == value for value in seen.values)  # noqa: PLR2004 - fits int64


def _sides_of(seen: Seen) -> dict[str, str] | None:
    return next((values for values in _SIDES if seen.distinct and seen.distinct <= set(values)), None)
