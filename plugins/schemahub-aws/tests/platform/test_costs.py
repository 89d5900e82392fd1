"""The calculation in docs/AWS.md: its arithmetic, its counts against the wire, and its page."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from story import PRODUCTS

if TYPE_CHECKING:
    from story import Story

ROOT = Path(__file__).parents[4]
BENCH = ROOT / "bench"
PAGE = ROOT / "docs" / "AWS.md"


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a module of a folder of scripts
    monkeypatch.syspath_prepend(BENCH)
    import aws_cost

    return aws_cost


def bill(costs: Any, **changed: float) -> dict[str, Any]:  # noqa: ANN401 - see above
    plan = costs.Schedule(**changed)
    lines = costs.month(plan, costs.Prices(), costs.Counts(), costs.Sizes())
    return {line.name: line for line in lines}


def test_a_month_by_hand(costs: Any) -> None:  # noqa: ANN401 - see above
    # A run a day of one product with one batch of news; nothing starts or waits.
    plan = {"products": 1, "trades_a_day": 100_000, "every_minutes": 1440, "startup_seconds": 0, "months": 2}
    found = bill(costs, **plan)
    assert found["S3 storage"].quantity == pytest.approx(2 * 3_000_000 * 24.8 / 1e9)
    # Each run: a listing and a plan, and two batches (a grid line falls in), each with a checkpoint; then two
    # listings and one of the product, a pin, a file and a commit; and a record of each of the two. Each day:
    # compact's 21 and its record, verify's 5.
    assert found["S3 PUT and LIST"].quantity * 1e6 == pytest.approx(30 * (1 + 1 + 2 * 2 + 3 + 3 + 2 + 22 + 5))
    assert found["S3 GET"].quantity * 1e6 == pytest.approx(30 * (9 + 2 * (2 + 2) + 1 + 6 + 110 + 2))
    # 100 pages and two more at 10 a second.
    assert found["Fargate, ingest"].quantity == pytest.approx(30 * 102 / 10 / 3600)
    assert found["Fargate, ingest"].dollars == pytest.approx(
        found["Fargate, ingest"].quantity * (0.25 * 0.04048 + 1 * 0.004445)
    )
    # Two writes a run, and a renewal every 30 seconds.
    assert found["DynamoDB writes"].quantity * 1e6 == pytest.approx(30 * 2 + 30 * 10.2 / 30)
    # Three times the processor of a transform (compaction is twice as much), and 0.1 s of waiting a run.
    assert found["Fargate, transform"].quantity == pytest.approx((3 * 3 * 0.83 + 30 * 0.1) / 3600)
    assert found["Athena"].dollars == pytest.approx(10 * 3_000_000 * 9.5 / 1e12 * 5)


def test_what_grows_with_what(costs: Any) -> None:  # noqa: ANN401 - see above
    base, often = bill(costs, every_minutes=360), bill(costs, every_minutes=180)
    assert often["S3 storage"] == base["S3 storage"]
    assert often["CloudWatch logs"].dollars == pytest.approx(2 * base["CloudWatch logs"].dollars)
    assert 1.5 < often["S3 PUT and LIST"].dollars / base["S3 PUT and LIST"].dollars < 2
    longer = bill(costs, months=24)
    assert longer["S3 storage"].dollars == pytest.approx(2 * base["S3 storage"].dollars)
    slow = bill(costs, ingest_vcpu=0.25 / 10)
    assert slow["Fargate, ingest"].quantity > base["Fargate, ingest"].quantity, (
        "a processor too small is slower"
    )


def test_every_price_counts(costs: Any) -> None:  # noqa: ANN401 - see above
    plan, prices = costs.Schedule(), costs.Prices()
    told_apart = {"nat_hour", "sent_out_gb", "lease_read_per_million"}  # in the text, not in the bill
    for field in fields(prices):
        dearer = replace(prices, **{field.name: 2 * getattr(prices, field.name)})
        before, after = (
            costs.total(costs.month(plan, each, costs.Counts(), costs.Sizes())) for each in (prices, dearer)
        )
        assert (after > before) is (field.name not in told_apart), field.name


def test_the_counts_are_those_of_the_wire(costs: Any, story: Story) -> None:  # noqa: ANN401 - see above
    counts = costs.Counts()
    news, idle = (Counter(story.asked_of("ingest again", product)) for product in PRODUCTS)
    batches = 2  # 1000 trades, and a grid line among them
    assert idle == {"ListObjectsV2": counts.ingest_lists, "GetObject": counts.ingest_gets}
    assert news["ListObjectsV2"] == counts.ingest_lists
    assert news["GetObject"] == counts.ingest_gets_with_news + batches * counts.gets_per_batch
    assert news["PutObject"] == counts.ingest_puts_with_news + batches * counts.puts_per_batch
    records = [one.operation for one in story.asked["ingest again"] if one.key.startswith("schemahub/runs/")]
    assert Counter(records) == {"PutObject": counts.record_puts}
    of_all = Counter(asked.operation for asked in story.asked["ingest again"])
    assert of_all["PutItem"] + of_all["DeleteItem"] == len(PRODUCTS) * counts.lease_writes
    moved = Counter(asked.operation for asked in story.asked["transform again"])
    assert (
        moved["ListObjectsV2"] == counts.transform_lists + len(PRODUCTS) * counts.transform_lists_per_product
    )
    files, small_objects = 1, 4
    assert moved["PutObject"] == counts.transform_puts + files + counts.record_puts
    expected = counts.transform_gets + len(PRODUCTS) * counts.transform_gets_per_product
    assert moved["GetObject"] == expected + small_objects


def test_the_page_shows_what_the_script_prints() -> None:
    command = [sys.executable, str(BENCH / "aws_cost.py"), "--json", "/dev/null"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout  # noqa: S603 - our own
    shown = PAGE.read_text(encoding="utf-8")
    rows = [line for line in printed.splitlines() if line.startswith("| ") and re.search(r"\d", line)]
    assert len(rows) > 15
    assert [row for row in rows if row not in shown] == []
