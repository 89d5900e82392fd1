"""Prove that nothing is missing and nothing is there twice, from names, content and the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._clock import Stop
from schemahub._lake.extras import require_parquet
from schemahub._quality.checks import Check, failed, note
from schemahub._quality.evidence import gather
from schemahub._quality.identity import identities, identity_of
from schemahub._quality.product_proof import Proving
from schemahub._quality.report import VerifyResult
from schemahub._quality.streams import chosen
from schemahub._quality.table_checks import check_files
from schemahub.errors import IntegrityError
from schemahub.table import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemahub._quality.identity import Identity, TransformerFor
    from schemahub._quality.table_scan import TableScan
    from schemahub.checkpoint import CheckpointStore
    from schemahub.object_store import ObjectStore
    from schemahub.raw_sink import RawSink
    from schemahub.table import Table


def verify(  # noqa: PLR0913 - the command's own options
    raw: RawSink,
    checkpoints: CheckpointStore,
    table: Table,
    store: ObjectStore,
    *,
    transformer_for: TransformerFor,
    exchange: str | None = None,
    products: Sequence[str] | None = None,
    deep: bool = False,
    allow_confirmed: bool = False,
    stop: Stop | None = None,
) -> VerifyResult:
    """Check raw, checkpoints and table against each other; nothing is written.

    Without `deep`, raw is judged by its names and the table by every id in its files. With it, every raw
    line is read, and the table's rows are compared with rows made anew. Memory is bounded by one raw
    object and a few table files (R7); the same lake gives the same result (R10). It may run beside
    writers: what they add meanwhile is not counted against them.
    """
    stop = stop or Stop()
    # The table before raw: what is transformed meanwhile has been in raw before.
    snapshot, faults = _snapshot(table)
    streams = chosen((*raw.streams(exchange), *checkpoints.streams(exchange)), products)
    evidence = [gather(raw, checkpoints, stream) for stream in streams]
    known = identities(snapshot)
    named = {
        each.stream: identity_of(raw, each.stream, each.listing, transformer_for, known) for each in evidence
    }
    everything = exchange is None and products is None
    scan = _scan(store, snapshot, None if everything else set(named.values()), stop)
    proving = Proving(
        raw=raw,
        store=store,
        transformer_for=transformer_for,
        snapshot=snapshot,
        scan=scan,
        deep=deep,
        allow_confirmed=allow_confirmed,
        stop=stop,
    )
    return VerifyResult(
        deep=deep,
        has_table=scan is not None,
        products=tuple(proving.prove(each, named[each.stream]) for each in evidence),
        table=tuple(faults or _table_checks(scan, named.values() if everything else None)),
    )


def _snapshot(table: Table) -> tuple[Snapshot, list[Check]]:
    try:
        return table.snapshot(), []
    except IntegrityError as error:
        return Snapshot(), [failed("manifest", str(error))]


def _scan(
    store: ObjectStore, snapshot: Snapshot, wanted: set[Identity] | None, stop: Stop
) -> TableScan | None:
    if not snapshot.files and not snapshot.covered:
        return None
    require_parquet()
    from schemahub._quality.table_scan import scan_table

    return scan_table(store, snapshot.files, wanted, stop)


def _table_checks(scan: TableScan | None, all_named: Iterable[Identity] | None) -> list[Check]:
    """Check the files, and where all streams are looked at, that no rows belong to none of them."""
    if scan is None:
        return [note("table", "there is no table yet", "Run: schemahub transform")]
    strangers = sorted(set(scan.symbols) - set(all_named)) if all_named is not None else []
    if not strangers:
        return [check_files(scan)]
    found = ", ".join("/".join(identity) for identity in strangers)
    return [check_files(scan), failed("strangers", f"rows that no raw data stands behind: {found}")]
