"""Where Lambda comes in."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import schemahub
from schemahub import Stop
from schemahub.errors import ConfigError
from schemahub_aws.cloudwatch.observer import sink_of
from schemahub_aws.cloudwatch.options import CloudWatchOptions
from schemahub_aws.quality.looking import look
from schemahub_aws.quality.measures import points
from schemahub_aws.quality.question import Question
from schemahub_aws.quality.timing import stopping_before_the_end

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub import Hub
    from schemahub_aws.quality.report import Report

_MS_PER_SECOND = 1_000


def handler(event: object, context: object) -> dict[str, Any]:
    """Look at the lake that the variables name; return what was found, and send it as metrics.

    Findings raise nothing: metrics and the document tell. What keeps the lake from being looked at at all (no
    lake, no permission) is raised, and Lambda counts it as an error. The lake is not written to.
    """
    question = Question.of_event(event)
    stop = Stop()
    with stopping_before_the_end(context, stop):
        hub = schemahub.open(_lake(os.environ), stop=stop)
        report = look(hub, question)
    _send(hub, report)
    return report.document()


def _lake(environ: Mapping[str, str]) -> str:
    bucket = environ.get("S3_BUCKET")
    lake = environ.get("SCHEMAHUB_LAKE") or (f"s3://{bucket}/schemahub" if bucket else "")
    if not lake:
        msg = "no lake is given"
        raise ConfigError(msg, hint="Set the function's variable S3_BUCKET or SCHEMAHUB_LAKE.")
    return lake


def _send(hub: Hub, report: Report) -> None:
    # Metrics are what the function is for: they go to its log unless the settings say otherwise.
    given = hub.settings.observers.get("cloudwatch", {})
    options = CloudWatchOptions.model_validate({"mode": "emf", "output": "stdout", **given})
    sink = sink_of(options)
    if sink is not None:
        sink.write(points(report, by_product=options.by_product), int(time.time() * _MS_PER_SECOND))
        sink.settle()
