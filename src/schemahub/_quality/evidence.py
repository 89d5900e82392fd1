"""What one stream's checkpoint and names say, gathered before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, failed
from schemahub._quality.raw_names import Listing
from schemahub.errors import ConfigError, IntegrityError

if TYPE_CHECKING:
    from schemahub.checkpoint import Checkpoint, CheckpointStore
    from schemahub.layout import StreamId
    from schemahub.raw_sink import RawSink


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One stream's checkpoint and raw names; `faults` say what could not be read at all."""

    stream: StreamId
    checkpoint: Checkpoint | None
    listing: Listing
    faults: tuple[Check, ...] = ()


def gather(raw: RawSink, checkpoints: CheckpointStore, stream: StreamId) -> Evidence:
    """Load the checkpoint, then list raw.

    In this order: what a runner stores meanwhile is in the listing and not in the checkpoint, never the
    other way round.
    """
    checkpoint, listing, faults = None, Listing(), []
    try:
        stored = checkpoints.load(stream)
        checkpoint = stored.checkpoint if stored else None
    except (ConfigError, IntegrityError) as error:
        faults.append(failed("checkpoint", str(error)))
    try:
        listing = Listing.of(raw.list(stream))
    except IntegrityError as error:
        faults.append(failed("names", str(error)))
    return Evidence(stream=stream, checkpoint=checkpoint, listing=listing, faults=tuple(faults))
