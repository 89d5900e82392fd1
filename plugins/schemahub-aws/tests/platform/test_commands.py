"""The commands of the operator's page do what it says, exactly as they are written there."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from story import BUCKET, PRODUCTS

from schemahub.layout import StreamId

if TYPE_CHECKING:
    from story import Story

DRY = ("ingest --dry-run", "transform --dry-run")


def operations(story: Story, name: str) -> Counter[str]:
    return Counter(asked.operation for asked in story.asked[name])


def test_every_command_succeeds(story: Story) -> None:
    failed = {name: done.err or done.out for name, done in story.done.items() if done.code}
    assert failed == {}


def test_the_seed_names_the_products_that_ingest_works_on(story: Story) -> None:
    assert story.keys["update-seed"] == ["schemahub/seeds/coinbase.json"]
    worked = [each["stream"]["product"] for each in story.done["ingest"].document["products"]]
    assert sorted(worked) == sorted(PRODUCTS)


def test_a_dry_run_tells_what_there_is_to_do_and_writes_nothing(story: Story) -> None:
    assert [each["trades"] for each in story.done["ingest --dry-run"].document["products"]] == [3_000, 3_000]
    assert story.done["transform --dry-run"].document["rows"] == 6_000
    assert story.keys["ingest --dry-run"] == story.keys["update-seed"]
    assert story.keys["transform --dry-run"] == story.keys["ingest"]
    for name in DRY:
        assert set(operations(story, name)) <= {"GetObject", "ListObjectsV2"}, "no lease either"


def test_raw_holds_what_the_exchange_served_and_the_table_each_trade_once(story: Story) -> None:
    proofs = story.done["verify"].document
    assert proofs["complete"]
    for product in PRODUCTS:
        names = [key for key in story.keys["verify"] if key.startswith(f"schemahub/{raw(product)}")]
        assert sum(int(name.split("_")[-1].partition(".")[0]) for name in names) == 4_000
        assert len(story.exchange.lines(product)) == 4_000
    # One line of the exchange has no price: it is in quarantine, and in no row.
    assert json.loads(story.done["sql"].out)["rows"] == [[7_999]]


def raw(product: str) -> str:
    return StreamId("coinbase", product).raw_prefix


def test_leases_live_in_the_table_that_the_variable_names(story: Story) -> None:
    assert [key for key in story.keys["verify"] if "/locks/" in key] == []
    leases = operations(story, "ingest")
    assert (leases["PutItem"], leases["DeleteItem"]) == (2, 2)
    assert leases["UpdateItem"] >= 1, "a heartbeat came while it ran"
    tables = {asked.place for asked in story.asked["ingest"] if asked.permission.startswith("dynamodb:")}
    assert tables == {"operators-leases"}


def test_a_product_that_another_machine_works_on_is_left_to_it(story: Story) -> None:
    states = {
        each["stream"]["product"]: each["state"]
        for each in story.done["ingest, held elsewhere"].document["products"]
    }
    assert states == {PRODUCTS[0]: "left to another runner", PRODUCTS[1]: "done"}


def test_everything_goes_into_the_bucket_that_is_named(story: Story) -> None:
    asked = [one for every in story.asked.values() for one in every if one.permission.startswith("s3:")]
    assert {one.place for one in asked} == {BUCKET}
    assert [one.key for one in asked if not one.key.startswith("schemahub/")] == []


def test_a_run_asks_no_more_than_it_needs(story: Story) -> None:
    """What grows would cost money: these are the numbers that docs/AWS.md calculates with."""
    # BTC-USD has 1000 new trades in two batches: a plan, and a save of the checkpoint for each batch.
    fetched = operations(story, "ingest again")
    new, idle = (
        Counter(story.asked_of("ingest again", PRODUCTS[0])),
        Counter(story.asked_of("ingest again", PRODUCTS[1])),
    )
    assert idle == {"ListObjectsV2": 1, "GetObject": 7}, "nothing new: one listing proves the newest batch"
    assert new["PutObject"] == 2 + 1 + 2
    assert new["ListObjectsV2"] == 1, "a plan that was just made has nothing in raw"
    assert fetched["HeadObject"] == 0
    listed = [one.key for one in story.asked["transform again"] if one.operation == "ListObjectsV2"]
    assert len(listed) == 2 + len(PRODUCTS), (
        "two levels of folders, and each product from its newest batch on"
    )
