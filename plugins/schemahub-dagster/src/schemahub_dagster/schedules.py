"""When things are done unasked: the newest days every six hours, the proof every night."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg

from schemahub_dagster.cell import Cell

COLLECT = "10 */6 * * *"
PROVE = "40 4 * * *"
_DAY = timedelta(days=1)


def collecting(exchange: str, job: str, cells: dg.MultiPartitionsDefinition) -> dg.ScheduleDefinition:
    """Return the schedule of the days that still grow: today's, and yesterday's until it is complete.

    A run that failed or was missed needs no other: the next one fetches what is not there yet.
    """

    @dg.schedule(
        job_name=job,
        name=f"{exchange}_collect",
        cron_schedule=COLLECT,
        execution_timezone="UTC",
        description="Fetch the newest days of every product, and bring them into the table.",
    )
    def collect(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        now = context.scheduled_execution_time.astimezone(UTC)
        yield from requests(cells, now)

    return collect


def requests(cells: dg.MultiPartitionsDefinition, now: datetime) -> Iterator[dg.RunRequest]:
    """Yield a run for each product's partitions of yesterday and today, where there are such."""
    days = cells.get_partitions_def_for_dimension("day").get_partition_keys(current_time=now)
    products = cells.get_partitions_def_for_dimension("product").get_partition_keys()
    wanted = {(now - _DAY).date().isoformat(), now.date().isoformat()}
    for day in sorted(wanted & set(days)):
        for product in products:
            key = Cell(product=product, day=day).key
            yield dg.RunRequest(run_key=f"{now.isoformat()} {key}", partition_key=key)


def proving(exchange: str, job: str) -> dg.ScheduleDefinition:
    """Return the schedule of the proof."""
    return dg.ScheduleDefinition(
        name=f"{exchange}_prove",
        job_name=job,
        cron_schedule=PROVE,
        execution_timezone="UTC",
        description="Prove that nothing is missing and nothing is twice.",
    )
