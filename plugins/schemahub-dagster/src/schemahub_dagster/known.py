"""What the lake knows of a product, also where that is nothing."""

from typing import Any

from schemahub.errors import ConfigError
from schemahub.layout import StreamId


def condition_of(hub: Any, stream: StreamId) -> Any:  # noqa: ANN401 - a Hub and a Condition, of higher levels
    """Return `hub.condition` of a stream; None where nothing is stored of it, which is no mistake here.

    A partition may lie before the first trade of its product, and be the first one to be materialised.
    """
    try:
        return hub.condition(stream.product, stream.exchange)
    except ConfigError:
        if hub.lake.checkpoints.load(stream) is not None:
            raise
        return None
