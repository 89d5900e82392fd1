"""Metrics of runs in CloudWatch: the observer `cloudwatch`, off unless its options switch it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub

if TYPE_CHECKING:
    from schemahub_aws.cloudwatch.observer import CloudWatch

API_LEVEL = 1

__all__ = ["API_LEVEL", "schemahub_observer"]


@schemahub.hookimpl
def schemahub_observer() -> type[CloudWatch]:
    """Hand over the observer."""
    from schemahub_aws.cloudwatch.observer import CloudWatch

    return CloudWatch
