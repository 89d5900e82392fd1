"""Put one product's engine together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._ingest.archive import Archive
from schemahub._ingest.ledger import Ledger
from schemahub._ingest.pages import PageReader, Sender
from schemahub._ingest.product import Parts, ProductIngest
from schemahub._ingest.recheck import Recheck
from schemahub._ingest.survey import Survey
from schemahub._ingest.uploads import Uploader

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Clock, Stop
    from schemahub._ingest.archive_file import Downloader
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
    reader = PageReader(
        stream, connector, http, attempts=settings.page_attempts, clock=clock, stop=stop, emit=emit
    )
    recheck = Recheck(
        ledger,
        reader,
        uploader,
        page_limit=connector.page_limit,
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
            connector, http, files, ledger=ledger, uploader=uploader, settings=settings, stop=stop, emit=emit
        ),
        recheck=recheck,
        settings=settings,
        page_limit=connector.page_limit,
        check_lease=check_lease,
        clock=clock,
        emit=emit,
    )
    return ProductIngest(parts)
