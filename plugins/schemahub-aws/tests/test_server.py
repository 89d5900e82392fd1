"""The server that the other tests trust keeps the two promises that everything is built on."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError


def test_the_server_refuses_what_s3_refuses(aws: str, unique: str) -> None:
    s3 = boto3.client("s3", region_name="eu-central-1", endpoint_url=aws)
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket=unique, Key="a", Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=unique, Key="a", Body=b"2", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=unique, Key="a", Body=b"2", IfMatch='"00000000000000000000000000000000"')
