"""Calculate what a lake on AWS costs: a month on a schedule, and a backfill.

    python bench/aws_cost.py
    python bench/aws_cost.py --products 50 --trades-a-day 5_000_000 --every-minutes 360 --months 12

Nothing is measured here: counted requests, measured sizes and listed prices (`aws_prices.py`) are multiplied.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict, dataclass, replace

from aws_prices import Counts, Prices, Sizes
from report import save, table

DAYS = 30
SECONDS_PER_HOUR = 3600
PAGE = 1_000
BATCH = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Who runs what how often, and on what; the assumptions that nobody measured."""

    products: int = 50
    trades_a_day: float = 5_000_000
    every_minutes: float = 360
    months: int = 12
    """How long it has been running: storage adds up."""
    requests_per_second: float = 10
    """What the exchange allows: it decides how long ingest runs."""
    startup_seconds: float = 60
    """From the pull of the image to the first request, and the end of the container; Fargate charges it."""
    ingest_vcpu: float = 0.25
    ingest_gb: float = 1.0
    transform_vcpu: float = 1.0
    transform_gb: float = 2.0
    log_kb_per_run: float = 20
    metrics: int = 35
    """All that the observer `cloudwatch` writes for one exchange; charged by the hour in which they come."""
    alarms: int = 5
    dashboards: int = 1
    full_scans: float = 10
    """Athena queries a month, each reading a month of trades whole."""
    image_gb: float = 0.5

    @property
    def runs(self) -> float:
        return DAYS * 24 * 60 / self.every_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of a bill."""

    name: str
    quantity: float
    unit: str
    dollars: float


def month(plan: Schedule, prices: Prices, counts: Counts, sizes: Sizes) -> list[Line]:
    """Return the bill of the last of `plan.months` months."""
    trades = plan.trades_a_day * DAYS
    stored_gb = trades * plan.months * (sizes.raw_bytes + sizes.table_bytes) / 1e9
    writes, reads = _requests(plan, counts)
    leases = plan.runs * plan.products * counts.lease_writes + _heartbeats(plan, ingest_hours(plan, sizes))
    hours = ingest_hours(plan, sizes), transform_hours(plan, sizes)
    return [
        _line("S3 storage", stored_gb, "GB", prices.storage_gb_month),
        _line("S3 PUT and LIST", writes / 1e6, "million", prices.put_per_million),
        _line("S3 GET", reads / 1e6, "million", prices.get_per_million),
        _line("DynamoDB writes", leases / 1e6, "million", prices.lease_write_per_million),
        _line("Fargate, ingest", hours[0], "hours", _hour(plan.ingest_vcpu, plan.ingest_gb, prices)),
        _line("Fargate, transform", hours[1], "hours", _hour(plan.transform_vcpu, plan.transform_gb, prices)),
        _line("public IPv4 addresses", sum(hours), "hours", prices.address_hour),
        _line("CloudWatch logs", 2 * plan.runs * plan.log_kb_per_run / 1e6, "GB", prices.log_gb),
        _line("CloudWatch metrics", _metric_months(plan), "metrics", prices.metric_month),
        _line("CloudWatch alarms", plan.alarms, "alarms", prices.alarm_month),
        _line("CloudWatch dashboards", plan.dashboards, "dashboards", prices.dashboard_month),
        _line("Athena", plan.full_scans * trades * sizes.scanned_bytes / 1e12, "TB", prices.scanned_tb),
        _line("image in ECR", plan.image_gb, "GB", prices.image_gb_month),
    ]


def backfill(trades: float, plan: Schedule, prices: Prices, counts: Counts, sizes: Sizes) -> list[Line]:
    """Return the bill of fetching, transforming and compacting `trades` once; storage for a month."""
    batches = trades / BATCH
    fetching = trades / PAGE / plan.requests_per_second + plan.startup_seconds
    packing = 3 * trades / 1e6 * sizes.transform_cpu_seconds_per_million + plan.startup_seconds
    # Files: at most two for each commit of two million rows, and compaction writes them once more.
    writes = batches * counts.puts_per_batch + 6 * trades / 2e6
    reads = batches * (counts.gets_per_batch + counts.gets_per_raw_object) + 94 * trades / 1e6
    return [
        _line(
            "S3 storage, a month",
            trades * (sizes.raw_bytes + sizes.table_bytes) / 1e9,
            "GB",
            prices.storage_gb_month,
        ),
        _line("S3 PUT and LIST", writes / 1e6, "million", prices.put_per_million),
        _line("S3 GET", reads / 1e6, "million", prices.get_per_million),
        _line(
            "Fargate, backfill",
            fetching / SECONDS_PER_HOUR,
            "hours",
            _hour(plan.ingest_vcpu, plan.ingest_gb, prices),
        ),
        _line(
            "Fargate, transform and compact",
            packing / SECONDS_PER_HOUR,
            "hours",
            _hour(plan.transform_vcpu, plan.transform_gb, prices),
        ),
        _line("public IPv4 address", (fetching + packing) / SECONDS_PER_HOUR, "hours", prices.address_hour),
    ]


def ingest_hours(plan: Schedule, sizes: Sizes) -> float:
    """Return the hours that ingest's containers run: the exchange's limit decides."""
    pages_per_second = min(plan.requests_per_second, 1000 * plan.ingest_vcpu / sizes.ingest_cpu_ms_per_page)
    pages = plan.trades_a_day * DAYS / PAGE
    # Of each product and run: the head, and a last page that is not full.
    pages += 2 * plan.products * plan.runs
    return (pages / pages_per_second + plan.runs * plan.startup_seconds) / SECONDS_PER_HOUR


def transform_hours(plan: Schedule, sizes: Sizes) -> float:
    """Return the hours of transform and of a daily compaction, which costs about twice as much a row."""
    cpu = 3 * plan.trades_a_day * DAYS / 1e6 * sizes.transform_cpu_seconds_per_million
    starts = (plan.runs + DAYS) * plan.startup_seconds
    # A listing and a read for each product and run, one after another.
    waiting = plan.runs * plan.products * 0.1
    return (cpu / plan.transform_vcpu + starts + waiting) / SECONDS_PER_HOUR


def total(lines: list[Line]) -> float:
    return sum(line.dollars for line in lines)


def _requests(plan: Schedule, counts: Counts) -> tuple[float, float]:
    """Return PUT and LIST, and GET, of all runs; every product has news in each of them."""
    each = plan.runs * plan.products
    # A grid line falls into a batch as often as a batch size is fetched.
    batches = each + plan.trades_a_day * DAYS / BATCH
    compact_writes, compact_reads = counts.compact_requests
    writes = each * (counts.ingest_lists + counts.ingest_puts_with_news + counts.transform_lists_per_product)
    writes += batches * counts.puts_per_batch
    writes += plan.runs * (counts.transform_lists + counts.transform_puts + 1 + 2 * counts.record_puts)
    writes += DAYS * (
        compact_writes
        + counts.record_puts
        + counts.verify_lists
        + counts.verify_lists_per_product * plan.products
    )
    reads = each * (counts.ingest_gets_with_news + counts.transform_gets_per_product)
    reads += batches * (counts.gets_per_batch + counts.gets_per_raw_object)
    reads += plan.runs * counts.transform_gets
    reads += DAYS * (compact_reads + 2 * plan.products)
    return writes, reads


def _heartbeats(plan: Schedule, hours: float) -> float:
    # Three products at a time, each lease renewed every 30 seconds.
    return min(3, plan.products) * hours * SECONDS_PER_HOUR / 30


def _metric_months(plan: Schedule) -> float:
    # Each run falls into one hour of the clock.
    return plan.metrics * min(1.0, plan.runs / (DAYS * 24))


def _hour(vcpu: float, gigabytes: float, prices: Prices) -> float:
    return vcpu * prices.vcpu_hour + gigabytes * prices.memory_gb_hour


def _line(name: str, quantity: float, unit: str, price: float) -> Line:
    return Line(name=name, quantity=quantity, unit=unit, dollars=quantity * price)


def show(bills: dict[str, list[Line]]) -> str:
    """Put bills of the same items side by side."""
    names = list(bills)
    rows = [
        (first.name, *(_money(bills[name][at].dollars) for name in names))
        for at, first in enumerate(bills[names[0]])
    ]
    rows.append(("**in all**", *(f"**{_money(total(bills[name]))}**" for name in names)))
    return table(("dollars", *names), rows)


def _money(dollars: float) -> str:
    return "< 0.01" if 0 < dollars < 0.005 else f"{dollars:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=50)
    parser.add_argument("--trades-a-day", type=float, default=5_000_000)
    parser.add_argument("--every-minutes", type=float, help="instead of every 6 hours and every 30 minutes")
    parser.add_argument("--months", type=int, default=12, help="for which storage has added up")
    parser.add_argument("--backfill", type=float, default=100_000_000, help="trades")
    parser.add_argument("--json", help="where to write the bills")
    options = parser.parse_args()
    prices, counts, sizes = Prices(), Counts(), Sizes()
    plan = Schedule(products=options.products, trades_a_day=options.trades_a_day, months=options.months)
    rhythms = [options.every_minutes] if options.every_minutes else [360, 30]
    bills = {
        f"every {minutes:g} min": month(replace(plan, every_minutes=minutes), prices, counts, sizes)
        for minutes in rhythms
    }
    once = {f"{options.backfill:,.0f} trades": backfill(options.backfill, plan, prices, counts, sizes)}
    document = {name: [asdict(line) for line in lines] for name, lines in {**bills, **once}.items()}
    save("aws_cost", {"bills": document, "prices": asdict(prices)}, options.json)
    print(show(bills), show(once), sep="\n\n")
    nat = prices.nat_hour * 24 * DAYS
    print(f"\nA NAT gateway would add {math.ceil(nat)} dollars a month, metrics by product 0.30 for each.")


if __name__ == "__main__":
    main()
