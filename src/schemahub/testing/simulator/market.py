"""One product of the simulated exchange: its log and what arrives at the log's head."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from schemahub.spans import Span
from schemahub.testing.simulator.head import Head
from schemahub.testing.simulator.history import History
from schemahub.testing.simulator.tape import Tape
from schemahub.testing.simulator.trade_log import TradeLog

if TYPE_CHECKING:
    from schemahub.testing.simulator.dialect import Dialect
    from schemahub.testing.simulator.products import ProductSpec
    from schemahub.testing.simulator.replay import Replay

_SECOND = 1_000_000_000


class Market:
    """What a `ProductSpec` describes, running."""

    def __init__(self, spec: ProductSpec, dialect: Dialect, now_ns: int) -> None:
        """Lay out the history; nothing is generated yet."""
        self.spec = spec
        tape = Tape(f"{dialect.knobs.seed}:{spec.id}", int(Decimal(spec.price) * 10**8))
        past = _history(spec, dialect, tape, now_ns)
        first_id = min(spec.replay.lines) if spec.replay else spec.first_id
        self.log = TradeLog(style=dialect, history=past, first_id=first_id, id_of=dialect.trade_id)
        if spec.replay:
            _append(spec.replay, self.log)
        self.head = Head(self.log, tape, now_ns)


def _history(spec: ProductSpec, dialect: Dialect, tape: Tape, now_ns: int) -> History | None:
    end_ns = now_ns if spec.end_ns is None else spec.end_ns
    first, last = spec.first_id, spec.first_id + spec.generated - 1
    if spec.replay:
        next_id = min(spec.replay.lines)
        first, last = max(1, next_id - spec.generated), next_id - 1
        _, end_ns = dialect.read(spec.replay.lines[next_id])
    if last < first:
        return None
    return History(tape, Span(first, last), end_ns - int(spec.history_seconds * _SECOND), end_ns)


def _append(replay: Replay, log: TradeLog) -> None:
    ids = range(min(replay.lines), max(replay.lines) + 1)
    log.append(replay.lines.get(trade_id, b"") for trade_id in ids)
    log.remove(trade_id for trade_id in ids if trade_id not in replay.lines)
