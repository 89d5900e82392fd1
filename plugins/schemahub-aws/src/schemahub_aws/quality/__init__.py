"""The data-quality Lambda: looks at a lake, sends what it found as metrics, and returns it.

The function's handler is `schemahub_aws.quality.handler`; docs/QUALITY_LAMBDA.md says how it is set up.
"""

from schemahub_aws.quality.function import handler

__all__ = ["handler"]
