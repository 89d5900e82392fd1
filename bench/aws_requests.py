"""Count what a lake on AWS asks of AWS: requests by kind and bytes, of each command.

    python bench/aws_requests.py --trades 500_000 --wide 50

Runs the real command line against a local server that answers like AWS, through a proxy that counts.
Three tables: per million trades; a run with nothing new; what grows with what. And a timeline that shows
uploads while pages are fetched, with a delay added to each upload.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aws_lake import Shape, aws_lake, server
from aws_timeline import timeline
from report import note, save, table
from scripts import work_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lake import AwsLake
    from recording_proxy import Record
    from report import Cell

KINDS = {
    "PutObject": "PUT",
    "CreateMultipartUpload": "parts",
    "UploadPart": "parts",
    "CompleteMultipartUpload": "parts",
    "ListObjectsV2": "LIST",
    "GetObject": "GET",
    "HeadObject": "HEAD",
    "DeleteObject": "DELETE",
    "PutItem": "lease writes",
    "UpdateItem": "lease writes",
    "DeleteItem": "lease writes",
    "GetItem": "lease reads",
}
"""Requests by what they cost: S3 asks the same for PUT, parts and LIST, a twelfth for GET and HEAD."""
COMMANDS = ("ingest", "transform", "compact", "verify")
COLUMNS = (*dict.fromkeys(KINDS.values()), "MB sent", "MB received")


def count(records: Iterable[Record]) -> dict[str, float]:
    """Sum records up by kind; a kind that is not known keeps its own name."""
    counts: Counter[str] = Counter()
    sent = received = 0
    for record in records:
        counts[KINDS.get(record.asked.operation, record.asked.operation)] += 1
        sent += record.sent
        received += record.received
    return {**counts, "MB sent": sent / 1e6, "MB received": received / 1e6}


class Counted:
    """Runs commands on a lake and keeps what each asked."""

    def __init__(self, lake: AwsLake) -> None:
        self._lake = lake
        self.runs: list[dict[str, Any]] = []

    def run(self, name: str, *arguments: str, **variables: str) -> dict[str, float]:
        note(name)
        records, seconds = self._lake.run(*arguments, **variables)
        counted = count(records)
        self.runs.append({"command": name, "requests": counted, "seconds": seconds})
        return counted


def one_million(url: str, shape: Shape, commands: Iterable[str]) -> list[dict[str, Any]]:
    """Run each command on a lake of the real batch size."""
    total = shape.products * shape.trades
    with aws_lake(url, shape) as lake:
        counted = Counted(lake)
        lake.run("update-seed")
        for command in commands:
            # Two commits, so that compaction finds two files a day.
            rows = str(total // 2)
            counted.run(command, *command.split(), SCHEMAHUB_TRANSFORM__ROWS_PER_COMMIT=rows)
        return [{**run, "trades": total} for run in counted.runs]


def nothing_new(url: str, products: int, commands: Iterable[str]) -> list[dict[str, Any]]:
    """Run each command on a lake of many products to which nothing has to be added."""
    with aws_lake(url, Shape(products=products, trades=200, days=0.2)) as lake:
        counted = Counted(lake)
        for command in ("update-seed", "ingest", "transform", "compact"):
            lake.run(command)
        for command in commands:
            counted.run(f"{command}, nothing new", command)
        return counted.runs


def growth(url: str) -> list[dict[str, Any]]:
    """Double one thing at a time, small."""
    base = Shape(products=2, trades=4_000, days=0.5, batch_size=1_000)
    shapes = {
        "base": base,
        "twice the products": replace(base, products=4, trades=2_000),
        "batches of half the size": replace(base, batch_size=500),
        "four times the days": replace(base, days=2.0),
    }
    found = []
    for name, shape in shapes.items():
        with aws_lake(url, shape) as lake:
            counted = Counted(lake)
            counted.run("update-seed", "update-seed")
            for command in ("ingest", "transform", "verify"):
                requests = counted.run(f"{name}: {command}", command)
                found.append({"shape": name, "command": command, "requests": requests})
    return found


def show(
    million: list[dict[str, Any]], idle: list[dict[str, Any]], grown: list[dict[str, Any]], wide: int
) -> str:
    per_million: list[tuple[Cell, ...]] = [
        (run["command"], *(run["requests"].get(column, 0) * 1e6 / run["trades"] for column in COLUMNS))
        for run in million
    ]
    unchanged: list[tuple[Cell, ...]] = [
        (run["command"], *(run["requests"].get(column, 0) for column in COLUMNS)) for run in idle
    ]
    small = ("PUT", "LIST", "GET")
    shapes: list[tuple[Cell, ...]] = [
        (run["shape"], run["command"], *(run["requests"].get(column, 0) for column in small)) for run in grown
    ]
    return "\n".join(
        (
            table(("per million trades", *COLUMNS), per_million, "Per million trades"),
            table((f"{wide} products", *COLUMNS), unchanged, "A run with nothing new"),
            table(("", "command", *small), shapes, "What grows with what"),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=2)
    parser.add_argument("--trades", type=int, default=500_000, help="of each product")
    parser.add_argument("--days", type=float, default=0.9, help="that they are spread over")
    parser.add_argument("--wide", type=int, default=50, help="products of the lake to which nothing is added")
    parser.add_argument("--put-ms", type=float, default=300, help="delay of an upload in the timeline")
    parser.add_argument("--short", action="store_true", help="two commands, and not what grows with what")
    parser.add_argument("--folder", help="where to work")
    parser.add_argument("--json", help="where to write every run")
    options = parser.parse_args()
    with work_folder(options.folder) as folder, server(folder) as url:
        shape = Shape(products=options.products, trades=options.trades, days=options.days)
        commands = COMMANDS[:2] if options.short else COMMANDS
        million = one_million(url, shape, (*commands, *([] if options.short else ["verify --deep"])))
        idle = nothing_new(url, options.wide, commands)
        grown = [] if options.short else growth(url)
        drawn = timeline(url, put_seconds=options.put_ms / 1000)
    document = {"per_million": million, "nothing_new": idle, "growth": grown, "wide": options.wide}
    save("aws_requests", {**document, "timeline": drawn.document()}, options.json)
    print(show(million, idle, grown, options.wide))
    print(drawn)


if __name__ == "__main__":
    main()
