"""Which streams of a lake are looked at."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemahub.layout import StreamId


def chosen(known: Iterable[StreamId], products: Sequence[str] | None) -> list[StreamId]:
    """Return the known streams, once and in order; of some products where they are given.

    A product that is not known is a `ConfigError`: a proof about nothing would be no proof.
    """
    streams = sorted(set(known))
    if products is None:
        return streams
    names = {stream.product for stream in streams}
    for product in products:
        if product not in names:
            near = difflib.get_close_matches(product, names, 1)
            msg = "nothing is stored of this product"
            hint = f"Did you mean {near[0]}?" if near else "`schemahub status` lists what there is."
            raise ConfigError(msg, where=product, hint=hint)
    return [stream for stream in streams if stream.product in products]
