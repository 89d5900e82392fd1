"""What AWS charges, and what a run asks for: the numbers that `aws_cost.py` multiplies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Dollars a unit in us-east-1, on demand, without free tiers; written from memory of the public lists.

    Check them before you rely on a total; eu-central-1 is 5 to 20 per cent dearer.
    """

    storage_gb_month: float = 0.023
    put_per_million: float = 5.0
    """PUT, LIST, COPY, and the parts of an upload."""
    get_per_million: float = 0.4
    """GET and HEAD; DELETE costs nothing."""
    lease_write_per_million: float = 0.625
    lease_read_per_million: float = 0.125
    vcpu_hour: float = 0.04048
    memory_gb_hour: float = 0.004445
    address_hour: float = 0.005
    """A public IPv4 address, while a container has it."""
    nat_hour: float = 0.045
    log_gb: float = 0.50
    metric_month: float = 0.30
    alarm_month: float = 0.10
    dashboard_month: float = 3.0
    scanned_tb: float = 5.0
    image_gb_month: float = 0.10
    sent_out_gb: float = 0.09
    """To the internet, after the first 100 GB a month; to S3 and Fargate of the same region it is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Requests that commands make, as `aws_requests.py` and the plugin's tests count them.

    A test compares these with what really goes over the wire.
    """

    ingest_gets: int = 7
    ingest_gets_with_news: int = 9
    """Of one product and run: reads of its checkpoint."""
    ingest_lists: int = 1
    ingest_puts_with_news: int = 1
    """The plan."""
    record_puts: int = 1
    """What a run leaves behind of itself."""
    gets_per_batch: int = 2
    puts_per_batch: int = 2
    """The batch, and the checkpoint that covers it."""
    lease_writes: int = 2
    transform_lists: int = 2
    transform_lists_per_product: int = 1
    transform_gets: int = 6
    transform_gets_per_product: int = 1
    transform_puts: int = 2
    """What is read is pinned, then committed; and each day that has new rows gets a file."""
    gets_per_raw_object: int = 2
    """Of one of 1.4 MB; a small one takes one."""
    compact_requests: tuple[int, int] = (21, 110)
    """PUT and LIST, and GET, of a day's compaction, without its record: measured once, at 27 MB."""
    verify_lists: int = 3
    verify_lists_per_product: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What docs/PERFORMANCE.md and `aws_requests.py` measured, rounded up."""

    raw_bytes: float = 15.3
    table_bytes: float = 9.5
    ingest_cpu_ms_per_page: float = 4.4
    transform_cpu_seconds_per_million: float = 0.83
    scanned_bytes: float = 9.5
    """Of one trade, in a query that reads all columns."""
