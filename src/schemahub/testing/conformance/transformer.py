"""What every transformer promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemahub.errors import ConfigError
from schemahub.layout import StreamId
from schemahub.testing.rules import rule
from schemahub.transformer import UNIFIED_COLUMNS, RawLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.transformer import Transformed, Transformer

_INGEST_US = 1_767_225_600_123_456
_NO_JSON = (b"", b"\xff\xfe", b"{", b"null", b"[1,2", b'{"a":')


class TransformerConformance:
    """Subclass it with the class of the transformer, a mapping, and lines that fit it or do not.

    `other_mapping` is a second mapping of the same lines that means something else; `drifting` is a line of
    `good` with one more field, which is named by `drift`.
    """

    exchange = "coinbase"
    product = "BTC-USD"
    kind: type[Transformer]
    mapping: str
    other_mapping: str
    wrong_mapping: str
    good: Sequence[bytes]
    bad: Sequence[bytes]
    drifting: bytes
    drift: str

    @pytest.fixture
    def transformer(self) -> Transformer:
        """Return a transformer of `mapping`."""
        return self.kind.open(self.exchange, self.mapping, "mapping.yaml")

    @rule("CT-TRF-01")
    def test_each_line_is_a_row_or_rejected(self, transformer: Transformer) -> None:
        given = self._mixed()
        done = transformer.transform(self._batch(given))
        rejected = [each.line for each in done.rejected]
        assert sorted([*done.lines, *rejected]) == list(range(len(given))), "each line is accounted for once"

    @rule("CT-TRF-02")
    def test_rows_have_the_unified_columns(self, transformer: Transformer) -> None:
        rows = _table(transformer.transform(self._batch(self.good)))
        assert rows.column_names == [name for name, _ in UNIFIED_COLUMNS], "the columns, in order"
        types = {field.name: _plain_type(field.type) for field in rows.schema}
        assert types == {name: kind.replace(", ", ", tz=") for name, kind in UNIFIED_COLUMNS}, "their types"

    @rule("CT-TRF-03")
    def test_rows_come_in_the_order_of_their_lines(self, transformer: Transformer) -> None:
        done = transformer.transform(self._batch(self._mixed()))
        assert list(done.lines) == sorted(set(done.lines)), "lines ascend strictly"
        alone = [transformer.transform(self._batch([line])) for line in self.good]
        expected = [row for each in alone for row in _table(each).to_pylist()]
        assert _table(done).to_pylist() == expected, "each row is the one of its own line"

    @rule("CT-TRF-04")
    def test_the_same_bytes_give_the_same_rows(self, transformer: Transformer) -> None:
        batch = self._batch(self._mixed())
        first = transformer.transform(batch)
        transformer.transform(self._batch([*self.bad, self.drifting]))
        again = transformer.transform(batch)
        fresh = self.kind.open(self.exchange, self.mapping, "mapping.yaml").transform(batch)
        for other in (again, fresh):
            assert _table(other).to_pylist() == _table(first).to_pylist(), "the same rows"
            assert (list(other.lines), other.rejected, other.drift) == (
                list(first.lines),
                first.rejected,
                first.drift,
            ), "the same lines, rejected lines and drift"

    @rule("CT-TRF-05")
    def test_a_bad_line_costs_that_line(self, transformer: Transformer) -> None:
        done = transformer.transform(self._batch(self._mixed()))
        assert _table(done).num_rows == len(self.good), "every good line has its row"
        assert [each.data for each in done.rejected] == list(self.bad), "bad lines come back verbatim"
        assert all(each.rule for each in done.rejected), "each with the rule that it broke"

    @rule("CT-TRF-06")
    def test_an_unknown_field_is_drift(self, transformer: Transformer) -> None:
        done = transformer.transform(self._batch([*self.good, self.drifting]))
        assert _table(done).num_rows == len(self.good) + 1, "a field more costs no row"
        assert list(done.drift) == [self.drift], "it is named"
        assert self.drift in transformer.suggestion(done.drift), "and there is a line to paste"

    @rule("CT-TRF-07")
    def test_ingest_time_is_the_batches(self, transformer: Transformer) -> None:
        import pyarrow as pa

        times = _table(transformer.transform(self._batch(self.good))).column("ingest_ts").cast(pa.int64())
        assert set(times.to_pylist()) == {_INGEST_US}, "ingest_ts is RawLines.ingest_us"

    @rule("CT-TRF-08")
    def test_the_digest_is_the_mappings(self, transformer: Transformer) -> None:
        again = self.kind.open(self.exchange, self.mapping, "elsewhere.yaml")
        assert again.digest == transformer.digest, "the same mapping, wherever it lies, has the same digest"
        other = self.kind.open(self.exchange, self.other_mapping, "mapping.yaml")
        assert other.digest != transformer.digest, "another mapping has another digest"

    @rule("CT-TRF-09")
    def test_nothing_given_is_changed(self, transformer: Transformer) -> None:
        data = b"".join(line + b"\n" for line in [*_NO_JSON, *self.good])
        given = bytearray(data)
        batch = RawLines(stream=self._stream(), source="raw/x", ingest_us=_INGEST_US, data=bytes(given))
        done = transformer.transform(batch)
        assert batch.data == data, "the bytes are as they were"
        assert [each.data for each in done.rejected] == list(_NO_JSON), "no JSON is a rejected line"

    @rule("CT-TRF-10")
    def test_a_wrong_mapping_names_its_source(self) -> None:
        with pytest.raises(ConfigError, match=r"mapping\.yaml"):
            self.kind.open(self.exchange, self.wrong_mapping, "mapping.yaml")

    def _mixed(self) -> list[bytes]:
        """Return good and bad lines, in turn."""
        mixed: list[bytes] = []
        for number in range(max(len(self.good), len(self.bad))):
            mixed += [*self.good[number : number + 1], *self.bad[number : number + 1]]
        return mixed

    def _stream(self) -> StreamId:
        return StreamId(self.exchange, self.product)

    def _batch(self, lines: Sequence[bytes]) -> RawLines:
        data = b"".join(line + b"\n" for line in lines)
        return RawLines(stream=self._stream(), source="raw/x", ingest_us=_INGEST_US, data=data)


def _table(done: Transformed) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa

    return pa.table(done.rows)


def _plain_type(kind: Any) -> str:  # noqa: ANN401 - pyarrow has no types
    from pyarrow import types

    return str(kind.value_type if types.is_dictionary(kind) else kind)
