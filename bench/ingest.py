"""Measure ingest against a fast loopback server, side by side with peers: `nox -s bench`, or run this file.

Prints a table of medians and writes every run to `bench/out/ingest.json`. See README.md in this folder.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
OUT = HERE / "out" / "ingest.json"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What is measured, and what the server does; `pages` are pages of each product."""

    name: str
    products: int = 3
    threads: int = 5
    pages: int = 1000
    delay_ms: int = 0
    gzip: bool = False
    rate: float = 0
    minutes: float = 0
    clients: tuple[str, ...] = ("schemahub", "httpx", "ccxt")
    rounds: int | None = None

    @property
    def server_options(self) -> list[str]:
        rate = ["--rate", str(self.rate)] if self.rate else []
        return ["--delay-ms", str(self.delay_ms), *rate, *(["--gzip"] if self.gzip else [])]

    def client_options(self, client: str) -> list[str]:
        # Slow peers get fewer pages, for everybody's patience.
        share = {"schemahub": 1, "httpx": 3, "ccxt": 10}[client]
        numbers = {
            "--products": self.products,
            "--threads": self.threads,
            "--pages": max(self.pages // share, 2 * self.threads),
            "--rate": self.rate,
            "--minutes": self.minutes,
        }
        return [text for name, number in numbers.items() for text in (name, str(number))]


ALONE = ("schemahub",)
SCENARIOS = (
    Scenario(name="full speed"),
    Scenario(name="full speed, gzip", gzip=True, pages=600),
    Scenario(name="150 ms", products=5, threads=9, pages=600, delay_ms=150),
    Scenario(name="150 ms, 200 threads", products=10, threads=20, pages=600, delay_ms=150),
    Scenario(name="5 million trades", pages=1667, clients=ALONE, rounds=1),
    Scenario(name="20 million trades", pages=6667, clients=ALONE, rounds=1),
    Scenario(
        name="5 million trades, 200 threads", products=10, threads=20, pages=500, clients=ALONE, rounds=1
    ),
    Scenario(name="10 requests/s", delay_ms=100, rate=10, minutes=1, clients=ALONE, rounds=1),
)
COLUMNS = {
    "pages": "pages",
    "pages_per_second": "pages/s",
    "pages_per_second_fetching": "while fetching",
    "cpu_ms_per_page": "CPU ms/page",
    "peak_megabytes": "peak MB",
}


@contextmanager
def server(options: list[str]) -> Iterator[str]:
    command = [sys.executable, str(HERE / "fast_server.py"), *options]
    with subprocess.Popen(  # noqa: S603 - our own code
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        # Leaving the block closes its input, which ends it.


def run(scenario: Scenario, client: str) -> dict[str, float]:
    """Return what one pull cost, in a fresh process against a fresh server."""
    with server(scenario.server_options) as url:
        script = str(HERE / "ingest_clients.py")
        command = [sys.executable, script, client, "--url", url, *scenario.client_options(client)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603 - our own code
        found: dict[str, float] = json.loads(done.stdout)
        if scenario.rate:
            with urllib.request.urlopen(f"{url}/stats") as answer:  # noqa: S310 - the server above
                found |= json.load(answer)
            allowed = scenario.rate * (1 + 60 * scenario.minutes)
            found["tokens_used_percent"] = round(100 * found["served"] / allowed, 1)
    return found


def measure(scenarios: list[Scenario], rounds: int) -> list[dict[str, object]]:
    """Run all, clients in turn within each round, so that a busy moment hits all of them."""
    runs: list[dict[str, object]] = []
    for scenario in scenarios:
        for number in range(scenario.rounds or rounds):
            for client in filter(importlib.util.find_spec, scenario.clients):
                found = run(scenario, client)
                print(f"{scenario.name}, round {number + 1}, {client}: {found}", file=sys.stderr)
                runs.append(
                    {"scenario": scenario.name, "client": client, "load": os.getloadavg()[0], **found}
                )
    return runs


def table(scenarios: list[Scenario], runs: list[dict[str, object]]) -> str:
    """Return medians as a Markdown table."""
    rows = ["| | client | in flight | " + " | ".join(COLUMNS.values()) + " |"]
    rows.append("|---|---|--:|" + "--:|" * len(COLUMNS))
    for scenario in scenarios:
        for client in scenario.clients:
            mine = [one for one in runs if (one["scenario"], one["client"]) == (scenario.name, client)]
            if mine:
                medians = [statistics.median(float(str(one[name])) for one in mine) for name in COLUMNS]
                cells = " | ".join(
                    f"{median:,.3g}" if median < 10 else f"{median:,.0f}" for median in medians
                )
                in_flight = f"{scenario.products}x{scenario.threads}"
                rows.append(f"| {scenario.name} | {client} | {in_flight} | {cells} |")
            else:
                rows.append(f"| {scenario.name} | {client}: not installed, left out |")
    limited = [one for one in runs if "tokens_used_percent" in one]
    rows += [
        f"\n{one['scenario']}: {one['tokens_used_percent']} % of the allowed tokens used, "
        f"{one['served']} answers, {one['refused']} refusals (429)"
        for one in limited
    ]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=[each.name for each in SCENARIOS])
    options = parser.parse_args()
    scenarios = [each for each in SCENARIOS if not options.only or each.name in options.only]
    runs = measure(scenarios, options.rounds)
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    OUT.parent.mkdir(exist_ok=True)
    document = {"machine": machine, "scenarios": [asdict(each) for each in scenarios], "runs": runs}
    OUT.write_text(json.dumps(document, indent=1) + "\n")
    print(table(scenarios, runs))


if __name__ == "__main__":
    main()
