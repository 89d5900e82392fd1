"""Measure a fixed suite of queries through the SDK, over a table of any size.

    python bench/query.py --rows 10_000_000
    python bench/query.py --rows 1_000_000_000 --lake /disk/with/15/GB

The table is written by the project's own writer, a day at a time. Every question goes to a hub that was
just opened, so reading the manifest, opening a session and planning are part of each answer; not counted is
the first answer of each, which warms the caches. Limits are those for a billion rows on two cores.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from report import median, note, save, table, verdicts
from table_data import FIRST_DAY, SYMBOLS, Plan, build

import schemahub
from schemahub.settings import FileSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from report import Cell

    from schemahub.hub import Hub

BILLION = 1_000_000_000
MONTH = f"'{FIRST_DAY}', '{FIRST_DAY + timedelta(days=31)}'"
DAY = FIRST_DAY + timedelta(days=14)
NEXT = DAY + timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One query of the suite; `limit` is in seconds at a billion rows, `rows` what it must answer."""

    name: str
    ask: Callable[[Hub, Plan], int]
    rows: Callable[[Plan], int]
    limit: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one question cost, once."""

    name: str
    wall: float
    cpu: float


def sql(text: str) -> Callable[[Hub, Plan], int]:
    return lambda hub, plan: hub.sql(text.format(id=id_of(plan))).to_arrow().num_rows


def id_of(plan: Plan) -> int:
    """Return an id of the second symbol in the middle of the day that is asked for."""
    rows = plan.rows_of(SYMBOLS[1])
    return 1 + 14 * rows + rows // 2


def looked_up(hub: Hub, plan: Plan) -> int:
    wanted = hub.trades(symbol="ETH-USD", trade_id=id_of(plan), start=DAY, end=NEXT)
    return int(wanted.to_arrow().num_rows)


def looked_up_anywhere(hub: Hub, plan: Plan) -> int:
    return int(hub.trades(symbol="ETH-USD", trade_id=id_of(plan)).to_arrow().num_rows)


def framed(hub: Hub, plan: Plan) -> int:
    del plan
    return int(hub.trades(symbol="ETH-USD", start=DAY, end=NEXT).to_arrow().num_rows)


def one(_: Plan) -> int:
    return 1


ID = "SELECT * FROM trades WHERE symbol = 'ETH-USD' AND trade_id = '{id}'"
QUESTIONS = (
    Question(name="count", ask=sql("SELECT count(*) FROM trades"), rows=one, limit=0.5),
    Question(
        name="daily bars of a month",
        ask=sql(f"FROM ohlcv('BTC-USD', '1 day', {MONTH})"),
        rows=lambda _: 31,
        limit=0.5,
    ),
    Question(
        name="VWAP of a day by the minute",
        ask=sql(f"FROM vwap('BTC-USD', '1 minute', '{DAY}', '{NEXT}')"),
        rows=lambda plan: 1440 if plan.rows >= 10_000_000 else -1,
        limit=0.5,
    ),
    Question(
        name="symbols by turnover (full scan)",
        ask=sql(
            "SELECT symbol, sum(price * quantity) AS v, count(*) FROM trades GROUP BY symbol ORDER BY v DESC"
        ),
        rows=lambda _: len(SYMBOLS),
        limit=12.0,
    ),
    Question(name="an id and its date, SQL", ask=sql(f"{ID} AND trade_date = '{DAY}'"), rows=one, limit=0.1),
    Question(name="an id without its date, SQL", ask=sql(ID), rows=one, limit=10.0),
    Question(name="an id and its date, hub.trades", ask=looked_up, rows=one, limit=0.1),
    Question(name="an id without its date, hub.trades", ask=looked_up_anywhere, rows=one, limit=10.0),
    Question(
        name="a day of a symbol as a frame",
        ask=framed,
        rows=lambda plan: plan.rows_of(SYMBOLS[1]),
        limit=10.0,
    ),
)


def answers(lake: str, plan: Plan, rounds: int) -> Iterator[Answer]:
    """Ask everything `rounds` times, in turns, after once to warm up."""
    for number in range(rounds + 1):
        for question in QUESTIONS:
            wall, cpu = time.perf_counter(), time.process_time()
            rows = question.ask(schemahub.open(lake), plan)
            found = Answer(name=question.name, wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)
            if question.rows(plan) not in (-1, rows):
                msg = f"{question.name}: {rows} rows, expected {question.rows(plan)}"
                raise AssertionError(msg)
            note(f"round {number}, {found.name}: {found.wall:.3f} s, CPU {found.cpu:.3f}")
            if number:
                yield found


def rows(found: Sequence[Answer]) -> list[list[Cell]]:
    """Return medians, a row a question."""
    lines: list[list[Cell]] = []
    for question in QUESTIONS:
        mine = [answer for answer in found if answer.name == question.name]
        wall, cpu = (median(getattr(answer, what) for answer in mine) for what in ("wall", "cpu"))
        lines.append([question.name, wall, cpu, question.limit])
    return lines


def measure(lake: Path, plan: Plan, settings: FileSettings, processes: int, rounds: int) -> list[Answer]:
    built = build(lake, plan, settings, processes)
    return list(answers(str(built), plan, rounds))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2, help="that write the table")
    parser.add_argument("--compression", choices=["zstd", "snappy"], default="zstd")
    parser.add_argument("--lake", type=Path, help="keep the table here; a table that is there is used")
    parser.add_argument("--json", dest="path", help="write every run to this file")
    options = parser.parse_args()
    plan = Plan.of(options.rows)
    settings = FileSettings(compression=options.compression)
    with tempfile.TemporaryDirectory() as folder:
        lake = options.lake or Path(folder) / "lake"
        found = measure(lake, plan, settings, options.processes, options.rounds)
        files = schemahub.open(str(lake)).lake.table.snapshot().files
    total, size = sum(file.rows for file in files), sum(file.bytes for file in files)
    title = f"{total:,} rows in {len(files)} files, {options.compression}, {size / total:.2f} bytes a row"
    lines = rows(found)
    print(table(["question", "wall s", "CPU s", "limit s at 1e9"], lines, title))
    if total >= BILLION:
        limits = [(str(name), float(str(wall)), float(str(limit)), False) for name, wall, _, limit in lines]
        print(verdicts(limits))
    save("query", {"rows": total, "bytes": size, "runs": [asdict(answer) for answer in found]}, options.path)


if __name__ == "__main__":
    main()
