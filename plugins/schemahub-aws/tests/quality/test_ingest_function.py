"""The example that ingests in a Lambda, called until nothing is left."""

from __future__ import annotations

import uuid
from pathlib import Path

import boto3
from function import REGION, Function, zipped

import schemahub
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

EXAMPLE = Path(__file__).parents[4] / "examples/lambda-ingest/ingest_lambda.py"
TRADES = 15_000
MOST_CALLS = 20


def test_it_goes_on_from_call_to_call_until_the_lake_is_complete(endpoint: str) -> None:
    name = f"i{uuid.uuid4().hex[:12]}"
    boto3.client("s3", region_name=REGION).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    # Slow enough that the second which it has is not enough for all.
    knobs = Knobs(requests_per_second=0, max_age_seconds=0, latency_ms=100)
    exchange = SimulatedCoinbase([ProductSpec(id="BTC-USD", trades=TRADES)], knobs=knobs)
    with SimulatorServer(exchange) as server:
        variables = {
            "S3_BUCKET": name,
            "AWS_ENDPOINT_URL": endpoint,
            "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": server.url,
            "SCHEMAHUB_CONNECTORS__COINBASE__SETTLE_SECONDS": "0",
            "SCHEMAHUB_INGEST__BATCH_SIZE": "1000",
            "SCHEMAHUB_INGEST__CHUNK_CONCURRENCY": "1",
            "SCHEMAHUB_INGEST__SINCE": "2d",
        }
        code = {"ZipFile": zipped({EXAMPLE.name: EXAMPLE.read_text(encoding="utf-8")})}
        function = Function.deployed(
            endpoint, name, variables, code=code, handler="ingest_lambda.handler", seconds=4
        )
        answers = []
        while len(answers) < MOST_CALLS and not (answers and answers[-1].get("complete")):
            answer = function.invoke({"products": ["BTC-USD"]})
            # On a busy machine it is cut off instead of stopping by itself: that loses nothing either.
            assert answer.error is None or "timed out" in answer.document["errorMessage"], answer.document
            answers.append(answer.document)
    assert answers[-1].get("complete")
    assert len(answers) > 1, "it was to be stopped at least once"
    stopped = [answer for answer in answers[:-1] if "complete" in answer]
    assert all("not complete" in answer["ingest"] for answer in stopped)
    hub = schemahub.open(f"s3://{name}/schemahub")
    assert hub.verify(deep=True).complete
    assert hub.trades(columns=["trade_id"]).to_arrow().num_rows == TRADES
