"""The lake in S3, the table in Glue's catalog or behind a REST catalog: the same story, and eight writers."""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from iceberg_world import BATCH, World

if TYPE_CHECKING:
    from collections.abc import Iterator

boto3 = pytest.importorskip("boto3", reason="Glue and S3 take boto3")
pytest.importorskip("schemahub_aws", reason="a lake in S3 takes schemahub-aws")
pytest.importorskip("ministack", reason="without a server of its own nothing is asked")

REGION = "us-east-1"  # the REST server says so of its S3, whatever it is told
Options = dict[str, object]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from local_server import ministack

    with ministack(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("REGION", REGION)):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    name = f"t{uuid.uuid4().hex[:12]}"
    s3 = boto3.client("s3", endpoint_url=server, region_name=REGION)
    s3.create_bucket(Bucket=name)
    return name


def files(server: str) -> dict[str, str]:
    """Return by which properties PyIceberg finds the server's S3."""
    return {
        "s3.endpoint": server,
        "s3.access-key-id": "test",
        "s3.secret-access-key": "test",
        "s3.region": REGION,
        "s3.force-virtual-addressing": "false",
    }


def of_glue(server: str) -> Options:
    return {
        "catalog": "glue",
        "properties": {**files(server), "glue.endpoint": server, "glue.region": REGION},
    }


def of_rest(server: str) -> Options:
    signed = {
        "rest.sigv4-enabled": "true",
        "rest.signing-name": "glue",
        "rest.signing-region": REGION,
        "client.access-key-id": "test",
        "client.secret-access-key": "test",
        "client.region": REGION,
        "warehouse": "000000000000",
    }
    return {"catalog": "rest", "uri": f"{server}/iceberg", "properties": {**files(server), **signed}}


@pytest.fixture(params=[of_glue, of_rest], ids=["glue", "rest"])
def world(request: pytest.FixtureRequest, server: str, bucket: str) -> World:
    options: Options = request.param(server)
    return World(
        f"s3://{bucket}/lake", alone=request.function is test_the_whole_way, namespace=bucket, **options
    )


def test_the_whole_way(world: World) -> None:
    world.put_raw(2)
    world.transform()
    first = world.table().snapshot()
    world.put_raw(3)
    world.transform()
    world.compact()
    world.check()
    world.later(10 * 86_400)
    world.compact()
    world.check_in_the_end()
    world.rebuild()
    world.check_in_the_end()
    assert world.table().snapshot().version == first.version + 1


@pytest.mark.skipif("SOAK_STRIDE" not in os.environ, reason="it takes a while: nox -s iceberg")
def test_eight_writers(world: World) -> None:
    world.put_raw(3)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: world.transform(2 * BATCH), range(8)))
    world.check_in_the_end()


def test_glue_shows_engines_an_iceberg_table(server: str, bucket: str) -> None:
    world = World(f"s3://{bucket}/lake", namespace=bucket, **of_glue(server))
    world.put_raw(1)
    world.transform()
    glue = boto3.client("glue", endpoint_url=server, region_name=REGION)
    table = glue.get_table(DatabaseName=bucket, Name="trades")["Table"]
    assert table["Parameters"]["table_type"] == "ICEBERG"
    assert table["Parameters"]["metadata_location"].startswith(f"s3://{bucket}/lake/unified_trades/metadata/")
    names = [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
    assert names[:3] == ["exchange", "symbol", "trade_id"]
