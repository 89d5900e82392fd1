"""Prove that nothing is missing and nothing is there twice, from names, content and the table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._clock import Stop
from schemahub._lake.extras import require_parquet
from schemahub._quality.checks import Check, failed, note
from schemahub._quality.identity import files_with, identities
from schemahub._quality.names_proof import Naming
from schemahub._quality.product_proof import Proving
from schemahub._quality.report import VerifyResult
from schemahub._quality.steady import steady
from schemahub._quality.streams import chosen
from schemahub._quality.table_checks import check_files, check_order
from schemahub.errors import IntegrityError
from schemahub.events import WorkFound
from schemahub.model import Ids
from schemahub.table import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemahub._quality.identity import Identity
    from schemahub._quality.names_proof import Named
    from schemahub._quality.source import Source
    from schemahub._quality.table_scan import TableScan
    from schemahub.layout import StreamId
    from schemahub.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be proved: of which products, by reading how much, and what is accepted."""

    exchange: str | None = None
    products: Sequence[str] | None = None
    deep: bool = False
    allow_confirmed: bool = False

    @property
    def is_about_everything(self) -> bool:
        """Tell whether no stream is left out."""
        return self.exchange is None and self.products is None


def verify(source: Source, question: Question, stop: Stop | None = None) -> VerifyResult:
    """Check raw, checkpoints and table against each other; nothing is written.

    Without `deep`, raw is judged by its names and the table by every id in its files. With it, every raw
    line is read, and the table's rows are compared with rows made anew. Memory is bounded by one raw
    object, a few row groups, and the names of one stream; `deep` holds those of all, and so do ids with
    holes (R7). The same lake gives the same result (R10). It may run beside writers, a compaction and a
    collector: what they add meanwhile is not counted against them, and where they replace a file that was
    not yet read, the proof begins again with the new ones.
    """
    stop = stop or Stop()
    source = dataclasses.replace(source, stop=stop)
    # The table before raw: what is transformed meanwhile has been in raw before.
    try:
        first = source.table.snapshot()
    except IntegrityError as error:
        return _prove(source, question, stop, Snapshot(), [failed("manifest", str(error))])
    return steady(source.table.snapshot, lambda state: _prove(source, question, stop, state, []), first)


def _prove(
    source: Source, question: Question, stop: Stop, snapshot: Snapshot, faults: list[Check]
) -> VerifyResult:
    streams = chosen(source.streams(question.exchange), question.products)
    naming = Naming(
        source=source,
        snapshot=snapshot,
        known=identities(snapshot),
        keep=question.deep,
        allow_confirmed=question.allow_confirmed,
    )
    named = [naming.judge(stream) for stream in streams]
    everyone = {each.identity for each in named}
    wanted = None if question.is_about_everything else everyone
    sparse = {
        each.identity: each.evidence.edges(snapshot.covered_of(each.evidence.stream))
        for each in named
        if each.evidence.ids is Ids.SPARSE
    }
    objects = sum(each.batches for each in named) if question.deep else 0
    source.emit(WorkFound(command="verify", left=len(files_with(wanted, snapshot.files)) + objects))
    scan = _scan(source, snapshot, wanted, sparse, stop)
    deep = _deep(source, named, snapshot=snapshot, scan=scan, sparse=sparse) if question.deep else {}
    proving = Proving(source=source, snapshot=snapshot, scan=scan, sparse=sparse, deep=deep)
    return VerifyResult(
        deep=question.deep,
        has_table=scan is not None,
        products=tuple(map(proving.prove, named)),
        table=tuple(faults or _table_checks(scan, everyone if question.is_about_everything else None)),
    )


def _deep(
    source: Source,
    named: Sequence[Named],
    *,
    snapshot: Snapshot,
    scan: TableScan | None,
    sparse: Mapping[Identity, Sequence[Span]],
) -> dict[StreamId, list[Check]]:
    """Read each stream to the last byte."""
    from schemahub._quality.deep import DeepUnit, read_deeply

    def unit(each: Named) -> DeepUnit:
        identity, stream = each.identity, each.evidence.stream
        covered = {stream: snapshot.covered_of(stream)}
        return DeepUnit(
            evidence=each.evidence,
            identity=identity,
            snapshot=Snapshot(covered=covered, mappings=snapshot.mappings),
            rows=scan.of(identity) if scan is not None else None,
            sparse={identity: sparse[identity]} if identity in sparse else {},
        )

    return read_deeply(source, [unit(each) for each in named])


def _scan(
    source: Source,
    snapshot: Snapshot,
    wanted: set[Identity] | None,
    sparse: Mapping[Identity, Sequence[Span]],
    stop: Stop,
) -> TableScan | None:
    if not snapshot.files and not snapshot.covered:
        return None
    require_parquet()
    from schemahub._quality.table_scan import scan_table

    return scan_table(source, snapshot.files, wanted, sparse, stop)


def _table_checks(scan: TableScan | None, all_named: Iterable[Identity] | None) -> list[Check]:
    """Check the files, and where all streams are looked at, that no rows belong to none of them."""
    if scan is None:
        return [note("table", "there is no table yet", "Run: schemahub transform")]
    strangers = sorted(set(scan.symbols) - set(all_named)) if all_named is not None else []
    checks = [check_files(scan), check_order(scan)]
    if strangers:
        found = ", ".join("/".join(identity) for identity in strangers)
        checks.append(failed("strangers", f"rows that no raw data stands behind: {found}"))
    return checks
