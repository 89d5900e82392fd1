"""The proof of one product: what its names showed, and then its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._quality.checks import State
from schemahub._quality.completeness import Completeness, total
from schemahub._quality.gap_checks import gap_positions
from schemahub._quality.quarantine import check_quarantine, read_quarantine
from schemahub._quality.report import ProductProof, verdict_of
from schemahub._quality.sparse_checks import check_sparse_quarantine, check_sparse_rows
from schemahub._quality.table_checks import check_rows
from schemahub.checkpoint import Checkpoint, GapState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemahub._quality.checks import Check
    from schemahub._quality.evidence import Evidence
    from schemahub._quality.identity import Identity
    from schemahub._quality.names_proof import Named
    from schemahub._quality.row_tally import RowTally, SparseRows
    from schemahub._quality.source import Source
    from schemahub._quality.table_scan import TableScan
    from schemahub.layout import StreamId
    from schemahub.spans import Span
    from schemahub.table import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """What every product's proof needs; `scan` is None where there is no table.

    `sparse` are the symbols whose ids have holes, with the spans that their rows are counted in. `deep` are
    the checks of streams that were read to the last byte.
    """

    source: Source
    snapshot: Snapshot
    scan: TableScan | None
    sparse: Mapping[Identity, Sequence[Span]]
    deep: Mapping[StreamId, Sequence[Check]]

    def prove(self, named: Named) -> ProductProof:
        """Check one product; what cannot be read fails its own check, and the others go on."""
        evidence = named.evidence
        rows = self._rows(named.identity)
        checks = (*named.checks, *self._table(evidence, rows), *self.deep.get(evidence.stream, ()))
        return _proof(named, checks, rows, self.snapshot.quarantined.get(evidence.stream, 0))

    def _rows(self, identity: Identity) -> RowTally | None:
        return self.scan.of(identity) if self.scan is not None else None

    def _table(self, evidence: Evidence, rows: RowTally | None) -> list[Check]:
        if rows is None:  # no table, and so perhaps none of the libraries that read one
            return []
        from schemahub._quality.row_tally import DenseRows, SparseRows

        if isinstance(rows, SparseRows):
            return self._sparse_table(evidence, rows)
        if not isinstance(rows, DenseRows):
            return []
        covered = self.snapshot.covered_of(evidence.stream)
        quarantined = self.snapshot.quarantined.get(evidence.stream, 0)
        checks = check_rows(covered, quarantined, evidence.listing.positions, rows)
        if len(covered - rows.ids) == quarantined:  # otherwise that has been told
            held = read_quarantine(self.source.store, evidence.stream)
            checks.append(check_quarantine(held, covered, rows.ids))
        return checks

    def _sparse_table(self, evidence: Evidence, rows: SparseRows) -> list[Check]:
        covered = self.snapshot.covered_of(evidence.stream)
        quarantined = self.snapshot.quarantined.get(evidence.stream, 0)
        checks = check_sparse_rows(covered, quarantined, evidence.listing, rows)
        if checks[-1].state is not State.FAILED:  # otherwise that has been told
            held = read_quarantine(self.source.store, evidence.stream)
            checks.append(check_sparse_quarantine(held, covered, evidence.listing, rows))
        return checks


def _proof(named: Named, checks: tuple[Check, ...], rows: RowTally | None, quarantined: int) -> ProductProof:
    evidence = named.evidence
    checkpoint = evidence.checkpoint or Checkpoint(stream=evidence.stream)
    stored = evidence.listing.positions
    completeness = Completeness.of(evidence.ids)
    gaps = {state: completeness.trades_in(gap_positions(checkpoint, state, stored)) for state in GapState}
    return ProductProof(
        stream=evidence.stream,
        completeness=completeness,
        positions=stored,
        trades=evidence.trades,
        batches=named.batches,
        overlaps=completeness.trades_in(named.overlaps),
        open_gaps=gaps[GapState.OPEN],
        known_gaps=total((gaps[GapState.CONFIRMED], gaps[GapState.OUT_OF_REACH])),
        requested=completeness.trades_in(checkpoint.requested - checkpoint.accounted),
        rows=rows.rows if rows is not None else None,
        quarantined=quarantined,
        checks=checks,
        verdict=verdict_of(checks, completeness),
    )
