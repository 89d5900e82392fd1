"""What goes wrong, how often or at which request."""

from __future__ import annotations

import difflib
import enum
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping


class Fault(enum.StrEnum):
    """One way to fail."""

    STATUS_429 = "status_429"
    STATUS_500 = "status_500"
    HTML_502 = "html_502"
    STATUS_503 = "status_503"
    MAINTENANCE_503 = "maintenance_503"
    RESET_BEFORE = "reset_before"
    """The connection is reset before the first byte of the reply."""
    RESET_AFTER_HEADERS = "reset_after_headers"
    TRUNCATED = "truncated"
    """The connection closes amid a body whose `Content-Length` was right."""
    SLOW = "slow"
    EMPTY_200 = "empty_200"
    MESSAGE_200 = "message_200"
    STALE_PAGE = "stale_page"
    """The page that this product's request before got."""
    SHORT_PAGE = "short_page"
    """Fewer rows than asked for, though there are more."""
    EXTRA_FIELD = "extra_field"
    """A row with a field that nobody announced: the same rows each time they are read."""
    ZERO_SIZE = "zero_size"
    """A row of size zero: the same rows each time they are read."""


ROW_FAULTS = (Fault.EXTRA_FIELD, Fault.ZERO_SIZE)
"""Faults of trades, whoever reads them; the others are faults of one reply."""
REPLY_FAULTS = tuple(fault for fault in Fault if fault not in ROW_FAULTS)


def parse_fault(text: str) -> dict[Fault, float]:
    """Read `KIND:PROBABILITY`; `all:P` spreads P evenly over every fault of a reply.

    `all` leaves out the faults of rows: those change what is there to be stored.
    """
    kind, _, probability_text = text.partition(":")
    kinds = REPLY_FAULTS if kind == "all" else tuple(fault for fault in Fault if fault == kind)
    if not kinds:
        names = ["all", *(fault.value for fault in Fault)]
        close = difflib.get_close_matches(kind, names, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known are {', '.join(names)}"
        msg = "unknown fault"
        raise ConfigError(msg, where=f"--fault {text}", found=repr(kind), hint=hint)
    try:
        probability = float(probability_text)
    except ValueError:
        probability = -1.0
    if not 0 <= probability <= 1:
        msg = "a fault has a probability"
        raise ConfigError(
            msg, where=f"--fault {text}", expected="KIND:P, P from 0 to 1", found=repr(probability_text)
        )
    return dict.fromkeys(kinds, probability / len(kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """Which request fails and how: `script` by request number (from 1), else `rates` by chance.

    The chance is a function of seed and number (for rows: product and id): a run can be repeated.
    """

    rates: Mapping[Fault, float] = field(default_factory=dict)
    script: Mapping[int, Fault] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse chances that add up to more than one."""
        total = sum(self.rates.get(fault, 0.0) for fault in REPLY_FAULTS)
        if total > 1 + 1e-9:
            msg = "the chances of faults add up to more than 1"
            raise ConfigError(msg, found=f"{total:g}")

    def reply_fault(self, number: int) -> Fault | None:
        """Return the fault of this request's reply."""
        if number in self.script:
            return self.script[number]
        chance = _chance(f"{self.seed}:{number}")
        for fault in REPLY_FAULTS:
            chance -= self.rates.get(fault, 0.0)
            if chance < 0:
                return fault
        return None

    def alter_row(self, product: str, size: re.Pattern[bytes], trade_id: int, line: bytes) -> bytes:
        """Return a trade's line with the faults of rows that it has; `size` finds its size."""
        for fault in ROW_FAULTS:
            rate = self.rates.get(fault, 0.0)
            if rate and _chance(f"{self.seed}:{fault}:{product}:{trade_id}") < rate:
                line = _altered(fault, line, size)
        return line

    @property
    def alters_rows(self) -> bool:
        """Tell whether any row can differ from the log's own."""
        return any(self.rates.get(fault) for fault in ROW_FAULTS)


def _altered(fault: Fault, line: bytes, size: re.Pattern[bytes]) -> bytes:
    if fault is Fault.ZERO_SIZE:
        return size.sub(rb"\g<1>0.00000000", line, count=1)
    line = line.rstrip()
    return line[:-1] + (b",null]" if line.endswith(b"]") else b',"venue_flag":null}')


def _chance(text: str) -> float:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
