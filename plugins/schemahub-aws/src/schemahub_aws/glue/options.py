"""What the catalog named `glue` can be told."""

from __future__ import annotations

from pydantic import Field, PositiveFloat, PositiveInt

from schemahub_aws.session import AwsOptions


class GlueOptions(AwsOptions):
    """The settings `catalogs.glue`."""

    database: str = Field(default="schemahub", min_length=1)
    """The database; it is made if there is none."""
    table: str = Field(default="trades", min_length=1)
    """The table in it: one for each lake."""
    attempts: PositiveInt = 4
    """Times that one request is sent at most. The core repeats a whole registration on top of that."""
    deadline_seconds: PositiveFloat = 20.0
    """Seconds after which a failed request is not sent again."""
