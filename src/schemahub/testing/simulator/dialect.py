"""What an author writes to have an exchange simulated: how it speaks."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError
from schemahub.testing.simulator.knobs import Knobs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar

    from schemahub.testing.simulator.asked import Asked
    from schemahub.testing.simulator.products import ProductSpec
    from schemahub.testing.simulator.responses import SimResponse
    from schemahub.testing.simulator.text import Trade


class Dialect(ABC):
    """How one exchange speaks; `SimulatedExchange` does the rest.

    The engine has the markets: endless trades that follow from a seed, with ties and quiet hours, new ones
    arriving at the head. It also has the rate limit, the faults, the journal and the transports. A dialect
    says how a trade is spelt and which path answers what:

        class XDialect(Dialect):
            name = "x"
            default_products = (ProductSpec(id="BTC-USD"),)

            def line(self, trade):
                return b'{"id":%d,"ms":%d,"price":"%s","size":"%s","side":"%s"}' % (...)

            def answer(self, asked):
                match asked.parts:
                    case ["trades", product] if (market := asked.market(product)):
                        rows = market.from_id(asked.whole("from") or 1, asked.limit("limit", 100, 1000))
                        return json_body(b"[" + b",".join(row.line for row in rows) + b"]")
                return None

            def error(self, status, text):
                return json_body(json.dumps({"error": text}).encode(), status)

    It keeps no state, so that what is asked twice is answered twice: the same products, knobs, clock and
    order of requests give the same bytes. `schemahub simulate` finds it under the entry-point group
    `schemahub.simulators`; the hook `schemahub_simulator` returns the class.
    """

    name: ClassVar[str]
    """The exchange's name, as its connector's."""
    default_products: ClassVar[Sequence[ProductSpec]]
    """The markets where none are named; the first is the one that examples ask for."""
    default_knobs: ClassVar[Knobs] = Knobs(max_age_seconds=0)
    """What the exchange is like: its rate limit, how far back it serves."""
    headers: ClassVar[Mapping[str, str]] = {}
    """Sent with every reply."""
    size: ClassVar[re.Pattern[bytes]] = re.compile(rb'("(?:size|amount|quantity|qty|q|sz)":\s*"?)[\d.e-]+')
    """Finds a line's size behind its first group: the fault `zero_size` puts 0 there."""

    def __init__(self, knobs: Knobs, products: Sequence[ProductSpec]) -> None:
        """Keep the knobs and what is listed; a dialect may take settings of its own besides."""
        self.knobs = knobs
        self.products = products

    @abstractmethod
    def line(self, trade: Trade) -> bytes:
        """Return a trade as it stands in a page; `trade.side` is the maker's, `trade.taker` the taker's.

        Its id is what `trade_id` made, its time what `moment` made. Prices and sizes count units of 1e-8;
        `decimal` prints them.
        """

    @abstractmethod
    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer a request; None for a path that there is not.

        Pages are made of `asked.market(product)`, whose rows ascend, and with `asked.limit`, which also
        makes the pages that are short on purpose.
        """

    @abstractmethod
    def error(self, status: int, text: str) -> SimResponse:
        """Answer as the exchange reports its errors; one that always says 200 may ignore the status."""

    def refusal(self, asked: Asked, reason: str) -> SimResponse:  # noqa: ARG002 - for those who count
        """Answer a request above the rate limit; `asked.client` tells how often it was refused before."""
        return self.error(429, reason)

    def weight(self, asked: Asked) -> float:  # noqa: ARG002 - a default
        """Return how many tokens of the rate limit a request takes."""
        return 1.0

    def trade_id(self, index: int) -> int:
        """Return the id of a product's n-th trade, ascending; sparse ids have a formula with holes.

        `sparse_id` is one.
        """
        return index

    def moment(self, time_ns: int) -> int:
        """Return a trade's time as the exchange keeps it, never going back; the generator's is in us.

        Coarser: what it cuts off. Finer: digits of its own, which have to follow from the time alone, so
        that trades of one moment stay trades of one moment.
        """
        return time_ns

    def cacheable(self, asked: Asked) -> bool:  # noqa: ARG002 - a default
        """Tell whether a CDN may repeat this reply for `max_age_seconds`."""
        return False

    def read(self, line: bytes) -> tuple[int, int]:
        """Return a recorded line's trade id and time in ns, for `--replay`; KeyError, ValueError if none."""
        msg = f"recorded trades of {self.name} cannot be replayed"
        raise ConfigError(msg, found=line[:60].decode("utf-8", "replace"))


def sparse_id(index: int, *, stride: int = 1_000, base: int = 0) -> int:
    """Return an id that ascends with `index`, and leaves out most of the numbers between."""
    return base + index * stride + index * 7_919 % stride
