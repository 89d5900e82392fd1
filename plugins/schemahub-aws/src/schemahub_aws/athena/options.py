"""What the query engine named `athena` can be told."""

from __future__ import annotations

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from schemahub.settings import Duration  # noqa: TC001 - pydantic looks it up
from schemahub_aws.session import AwsOptions


class AthenaOptions(AwsOptions):
    """The settings `query_engines.athena`."""

    database: str = Field(default="schemahub", min_length=1)
    """The database that has the table, as `catalogs.glue.database` says."""
    workgroup: str = Field(default="primary", min_length=1)
    """The workgroup, which may limit what a query scans."""
    output_location: str | None = Field(default=None, pattern="^s3://.+")
    """Where results are written; not needed where the workgroup says it."""
    timeout: Duration = "30m"
    """How long a query may take, in its queue too; Athena itself gives up after 30 minutes."""
    poll_seconds: PositiveFloat = 0.2
    """The first pause between two looks; each is longer by half, up to three seconds."""
    attempts: PositiveInt = 6
    """Times that one request is sent at most."""
    deadline_seconds: PositiveFloat = 30.0
    """Seconds after which a failed request is not sent again: somebody waits for the answer."""
    usd_per_terabyte: NonNegativeFloat = 5.0
    """The price of a terabyte scanned in your region, for the figure `US dollars`."""
