"""Put one product's engine together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._ingest.archive import Archive
from schemahub._ingest.asking import Asking
from schemahub._ingest.chain import Chain, TokenChain, WindowChain
from schemahub._ingest.ledger import Ledger
from schemahub._ingest.pages import PageReader
from schemahub._ingest.product import Parts, ProductIngest
from schemahub._ingest.recheck import Recheck
from schemahub._ingest.survey import Survey
from schemahub._ingest.uploads import Uploader
from schemahub.token_connector import TokenConnector
from schemahub.window_connector import WindowConnector

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Clock, Stop
    from schemahub._ingest.archive_file import Downloader
    from schemahub._ingest.asking import Sender
    from schemahub.checkpoint import CheckpointStore
    from schemahub.connector import Connector
    from schemahub.events import Emit
    from schemahub.layout import StreamId
    from schemahub.raw_sink import RawSink
    from schemahub.settings import IngestSettings


def assemble(  # noqa: PLR0913 - this is where the parts meet
    stream: StreamId,
    *,
    connector: Connector,
    http: Sender,
    raw: RawSink,
    checkpoints: CheckpointStore,
    settings: IngestSettings,
    check_lease: Callable[[], None],
    clock: Clock,
    stop: Stop,
    emit: Emit,
    files: Downloader | None = None,
) -> ProductIngest:
    """Return the engine of one stream; `check_lease` raises `LeaseLost` once the stream is another's.

    `files` brings bulk files; None: there are none, or they are not to be used.
    """
    ledger = Ledger(stream, checkpoints, clock, stop)
    uploader = Uploader(ledger, raw, check_lease, clock, emit)
    asking = Asking(http, attempts=settings.page_attempts, clock=clock, stop=stop)
    reader = PageReader(stream, connector, asking, emit)
    recheck = Recheck(
        ledger,
        reader,
        uploader,
        page_limit=connector.page_limit,
        ids=connector.ids,
        codec=settings.codec,
        clock=clock,
        emit=emit,
    )
    parts = Parts(
        survey=Survey(connector, http, raw, ledger, clock),
        raw=raw,
        ledger=ledger,
        reader=reader,
        uploader=uploader,
        archive=Archive(
            connector,
            asking,
            files,
            ledger=ledger,
            uploader=uploader,
            settings=settings,
            stop=stop,
            emit=emit,
        ),
        recheck=recheck,
        settings=settings,
        page_limit=connector.page_limit,
        chain=_chain(stream, connector, asking, emit),
        check_lease=check_lease,
        clock=clock,
        emit=emit,
    )
    return ProductIngest(parts)


def _chain(stream: StreamId, connector: Connector, asking: Asking, emit: Emit) -> Chain | None:
    """Return what reads a stream along a chain; None where any page can be asked for."""
    if isinstance(connector, TokenConnector):
        return TokenChain(stream, connector, asking, emit)
    if isinstance(connector, WindowConnector):
        return WindowChain(stream, connector, asking, emit)
    return None
