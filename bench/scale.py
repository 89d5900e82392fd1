"""Measure what grows: a hundred products at once, millions of names, a manifest of many files.

    python bench/scale.py                                         small enough for CI
    python bench/scale.py --names 10_000 1_000_000 10_000_000 --files 1_000 10_000 100_000 --rounds 3

Each point is a process of its own. What the numbers mean for a lake of 10^12 trades: docs/SCALE.md, which
`scale_model.py` calculates from them.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generated_names import streams_of
from report import note, save, table
from scale_names import COMMANDS
from scripts import medians, script, work_folder

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from report import Cell

REQUESTS = ("list", "get", "put", "open")


def products(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Run all commands on many products, each with as many trades, by a few workers and by one for each."""
    specs = [ProductSpec(id=each.product, trades=options.trades) for each in streams_of(options.products)]
    knobs = Knobs(requests_per_second=0, max_age_seconds=0)
    found = []
    with work_folder(options.folder) as folder, SimulatorServer(SimulatedCoinbase(specs, knobs=knobs)) as at:
        for workers, threads in ((3, 5), (options.products, 1)):
            note(f"{options.products} products by {workers} workers")
            lake = folder / f"by-{workers}"
            asked = ("--products", options.products, "--workers", workers, "--threads", threads)
            runs = script("scale_products.py", at.url, lake, *asked)
            found += [{"workers": workers, **run} for run in runs]
    return found


def names(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Ask lakes of so many names of each command."""
    found = []
    for count in options.names:
        each = max(1, count // options.products)
        for command in options.commands:
            note(f"{command}, {count:,} names")
            asked = (command, "--products", options.products, "--objects", each)
            found.append(medians("scale_names.py", *asked, rounds=options.rounds))
    return found


def manifests(options: argparse.Namespace) -> list[dict[str, Any]]:
    found = []
    for symbols in options.symbols:
        for files in options.files:
            note(f"{files:,} files of {symbols} symbols")
            asked = ("--files", files, "--symbols", symbols)
            found.append(medians("scale_manifest.py", *asked, rounds=options.rounds))
    return found


def show(found: dict[str, list[dict[str, Any]]]) -> str:
    wide: list[tuple[Cell, ...]] = [
        (
            run["workers"],
            run["command"],
            *(run["requests"].get(kind, 0) for kind in REQUESTS),
            run["threads"],
            run["cpu"],
            run["peak_megabytes"],
        )
        for run in found["products"]
    ]
    long: list[tuple[Cell, ...]] = [
        (
            run["names"],
            run["command"],
            *(run["requests"].get(kind, 0) for kind in ("list", "get", "put")),
            run["cpu"],
            run["grown_megabytes"],
        )
        for run in found["names"]
    ]
    states: list[tuple[Cell, ...]] = [
        (
            run["files"],
            run["symbols"],
            run["bytes"] / 1e6,
            run["load_cpu"],
            run["commit_cpu"],
        )
        for run in found["manifests"]
    ]
    return "\n".join(
        (
            table(
                ("workers", "command", "LIST", "GET", "PUT", "opened", "threads", "CPU s", "peak MB"),
                wide,
                "Many products",
            ),
            table(("names", "command", "LIST", "GET", "PUT", "CPU s", "MB more"), long, "Many raw objects"),
            table(
                ("files", "symbols in each", "MB", "load, CPU s", "commit, CPU s"),
                states,
                "The manifest",
            ),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--products", type=int, default=100)
    parser.add_argument("--trades", type=int, default=3_000, help="of each product")
    parser.add_argument("--names", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--commands", nargs="+", choices=COMMANDS, default=COMMANDS, help="asked of those names"
    )
    parser.add_argument("--files", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--symbols", type=int, nargs="+", default=[4], help="in each of those files")
    parser.add_argument("--rounds", type=int, default=1, help="medians of so many; the products run once")
    parser.add_argument("--folder", help="where to work")
    parser.add_argument("--json", help="where to write what was found")
    options = parser.parse_args()
    found = {"products": products(options), "names": names(options), "manifests": manifests(options)}
    save("scale", found, options.json)
    print(show(found))


if __name__ == "__main__":
    main()
