"""Trades spelt as the exchange spells them, and in the ways that a reader must survive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from trades import E8

if TYPE_CHECKING:
    import numpy.typing as npt
    from trades import Integers, Trades

SHAPES = ("usual", "old keys", "extra field", "spaced", "escapes", "blank lines", "bad line")
"""`usual` is the exchange's own."""
RARE = SHAPES[4:]
"""Where only some lines are unusual."""
_TEMPLATES = {
    "usual": '{"trade_id":%i,"side":"%s","size":"%q","price":"%p","time":"%t"}\n',
    # What the exchange sent until 2020.
    "old keys": '{"time":"%t","trade_id":%i,"price":"%p","size":"%q","side":"%s"}\n',
    "extra field": '{"trade_id":%i,"side":"%s","size":"%q","price":"%p","time":"%t","bid":"","ask":""}\n',
    "spaced": '{"trade_id": %i, "side": "%s", "size": "%q", "price": "%p", "time": "%t"}\n',
    "escapes": '{"trade_id":%i,"\\u0073ide":"%s","size":"%q","price":"%p","time":"%t"}\n',
    "blank lines": '{"trade_id":%i,"side":"%s","size":"%q","price":"%p","time":"%t"}\n\n',
    "bad line": '{"trade_id":%i,"side":"%s","size":"%q","price":"none","time":"%t"}\n',
}


def lines(trades: Trades, shape: str = "usual", every: int = 1000) -> bytes:
    """Return one JSON object a line, in the order of the ids; a rare shape is that of one id in `every`."""
    fields = _fields(trades)
    spelt = _spelt(fields, _TEMPLATES[shape])
    if shape in RARE:
        chosen = pa.array(unusual(trades.ids, every))
        spelt = pc.if_else(chosen, spelt, _spelt(fields, _TEMPLATES["usual"]))
    # Strings lie one behind another in their buffer: that is the file.
    _, offsets, data = spelt.buffers()
    end = int(np.frombuffer(offsets, np.int32)[len(spelt)])
    return data[:end].to_pybytes() if data else b""


def unusual(ids: Integers, every: int) -> npt.NDArray[np.bool_]:
    """Tell which ids have the rare shape: the same wherever they turn up again."""
    chosen: npt.NDArray[np.bool_] = ids % every == every // 2
    return chosen


def _fields(trades: Trades) -> dict[str, Any]:
    # A bare time has no zone, and prints none.
    moments = pa.array(trades.times_us).cast(pa.timestamp("us")).cast(pa.string())
    moments = pc.replace_substring(moments, " ", "T")
    return {
        "i": pa.array(trades.ids).cast(pa.string()),
        "s": pc.if_else(pa.array(trades.maker_sells), "sell", "buy"),
        "q": _decimal(trades.sizes_e8),
        "p": _decimal(trades.prices_e8),
        # As the exchange does it: zeros at the end are left out, and the point where nothing follows.
        "t": pc.binary_join_element_wise(pc.ascii_rtrim(pc.ascii_rtrim(moments, "0"), "."), "Z", ""),
    }


def _decimal(values_e8: Integers) -> Any:  # noqa: ANN401 - pyarrow has no types
    whole = pa.array(values_e8 // E8).cast(pa.string())
    part = pc.ascii_lpad(pa.array(values_e8 % E8).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise(whole, part, ".")


def _spelt(fields: dict[str, Any], template: str) -> Any:  # noqa: ANN401 - pyarrow has no types
    pieces: list[Any] = []
    first, *rest = template.split("%")
    pieces.append(first)
    for piece in rest:
        pieces += [fields[piece[0]], piece[1:]]
    return pc.binary_join_element_wise(*pieces, "")
