"""The Lambda's package, made of the image's environment, in a function of the local server."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from container import IMAGE
from emf_rules import values_of
from function import Function

if TYPE_CHECKING:
    from container import Task

ROOT = Path(__file__).parents[4]
WHERE = """
def handler(event, context):
    import boto3, numpy, pyarrow, schemahub, schemahub_aws
    return [module.__file__ for module in (boto3, numpy, pyarrow, schemahub, schemahub_aws)]
"""

pytestmark = pytest.mark.skipif(IMAGE not in os.environ, reason="takes docker/build.sh: nox -s image")


def package(target: Path, *more: Path) -> Path:
    command = [
        sys.executable,
        str(ROOT / "docker/package.py"),
        os.environ[IMAGE],
        str(target),
        *map(str, more),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    print(done.stdout)  # noqa: T201 - its size, for whoever runs `pytest -s`
    return target


def test_the_function_has_all_it_needs_in_its_package(
    task: Task, aws: str, bucket: str, unique: str, tmp_path: Path
) -> None:
    task.must("ingest", "--product", "ETH-USD", "--since", "3d")
    task.must("transform")
    (tmp_path / "where.py").write_text(WHERE)
    made = package(tmp_path / "quality.zip", tmp_path / "where.py")
    boto3.client("s3", endpoint_url=aws).upload_file(str(made), bucket, "code/quality.zip")
    code = {"S3Bucket": bucket, "S3Key": "code/quality.zip"}
    variables = {"S3_BUCKET": bucket, "AWS_ENDPOINT_URL": aws}

    where = Function.deployed(aws, f"{unique}-where", variables, code=code, handler="where.handler").invoke()
    assert where.error is None, where.document
    assert not [place for place in where.document if place.startswith((sys.prefix, str(ROOT)))]

    quality = Function.deployed(
        aws, unique, variables, code=code, handler="schemahub_aws.quality.handler"
    ).invoke()
    assert quality.error is None, quality.document
    assert quality.document["complete"], quality.document["headline"]
    assert values_of(quality.metrics)["LakeRows", "coinbase"] == [3_000]


def test_the_same_environment_gives_the_same_package(tmp_path: Path) -> None:
    first, second = (zipfile.ZipFile(package(tmp_path / name)) for name in ("a.zip", "b.zip"))
    assert [(each.filename, each.CRC) for each in first.infolist()] == [
        (each.filename, each.CRC) for each in second.infolist()
    ]
    assert (tmp_path / "a.zip").stat().st_size == (tmp_path / "b.zip").stat().st_size
