"""A function in the local Lambda: a package, its variables, and what it returns and logs."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from collections.abc import Mapping

REGION = "eu-central-1"
SMALL = {"index.py": "from schemahub_aws.quality import handler\n"}
"""The server's own interpreter runs it, and has all the rest; `nox -s image` deploys the whole."""


def variables(endpoint: str, name: str) -> dict[str, str]:
    """Return the function's variables."""
    return {
        "S3_BUCKET": name,
        "AWS_ENDPOINT_URL": endpoint,
        "SCHEMAHUB_QUERY_ENGINE": "athena",
        "SCHEMAHUB_QUERY_ENGINES__ATHENA__DATABASE": f"{name}-shown",
        "SCHEMAHUB_QUERY_ENGINES__ATHENA__OUTPUT_LOCATION": f"s3://{name}/results/",
        "SCHEMAHUB_QUERY_ENGINES__ATHENA__POLL_SECONDS": "0.02",
    }


def zipped(files: Mapping[str, str]) -> bytes:
    """Return a package of these files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an invocation returned, and the lines that it logged."""

    document: Any
    error: str | None
    log: list[str]

    @property
    def metrics(self) -> list[str]:
        """Return the lines that CloudWatch makes metrics of."""
        return [line[line.index('{"_aws"') :] for line in self.log if '{"_aws"' in line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that is there."""

    endpoint: str
    name: str

    @classmethod
    def deployed(  # noqa: PLR0913 - what a function is made of
        cls,
        endpoint: str,
        name: str,
        variables: Mapping[str, str],
        *,
        code: Mapping[str, Any] | None = None,
        handler: str = "index.handler",
        seconds: int = 120,
    ) -> Function:
        """Create a function and wait until it can be called."""
        client = _client(endpoint)
        client.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role="arn:aws:iam::000000000000:role/quality",
            Handler=handler,
            Code=code or {"ZipFile": zipped(SMALL)},
            Timeout=seconds,
            MemorySize=1024,
            Environment={"Variables": dict(variables)},
        )
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        return cls(endpoint=endpoint, name=name)

    def invoke(self, event: Mapping[str, Any] | None = None) -> Answer:
        """Call it and wait for its answer."""
        answer = _client(self.endpoint).invoke(
            FunctionName=self.name, Payload=json.dumps(event or {}).encode(), LogType="Tail"
        )
        log = base64.b64decode(answer.get("LogResult", "")).decode()
        return Answer(
            document=json.loads(answer["Payload"].read() or b"null"),
            error=answer.get("FunctionError"),
            log=log.splitlines(),
        )


def _client(endpoint: str) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
    return boto3.client("lambda", region_name=REGION, endpoint_url=endpoint)
