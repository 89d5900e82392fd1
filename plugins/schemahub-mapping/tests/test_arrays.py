"""An exchange with rows of two kinds: objects from its API, arrays from its bulk files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from click.testing import CliRunner

from schemahub.errors import ConfigError
from schemahub.layout import StreamId
from schemahub.transformer import RawLines, Transformed
from schemahub_mapping import MappingTransformer
from schemahub_mapping.command import command
from schemahub_mapping.reading import read_mapping
from schemahub_mapping.transformer import _WAYS

if TYPE_CHECKING:
    from pathlib import Path

OBJECTS = """\
exchange: x
version: 1
ignore: [quoteQty]
columns:
  trade_id: {from: id, type: int}
  side: {from: maker, type: bool, map: {true: SELL, false: BUY}}
  price: {from: price}
  quantity: {from: qty, type: decimal}
  trade_ts: {from: time, format: epoch}
"""
BOTH = f"""{OBJECTS}
arrays:
  ignore: [3]
  columns:
    trade_id: {{from: 0, type: int}}
    side: {{from: 5, map: {{'True': SELL, 'False': BUY}}}}
    price: {{from: 1}}
    quantity: {{from: 2, type: decimal}}
    trade_ts: {{from: 4, format: epoch}}
"""


def of_api(number: int, maker: str = "true") -> bytes:
    row = '{"id":%d,"price":"1.50","qty":"2.5","quoteQty":"3","time":%d,"maker":%s}'
    return (row % (number, 1735689600000000 + number, maker)).encode()


def of_file(number: int, maker: str = "True", unit: int = 1) -> bytes:
    row = '["%d","1.50","2.5","3","%d","%s"]'
    return (row % (number, (1735689600000000 + number) // unit, maker)).encode()


def transformed(data: bytes, mapping: str = BOTH, ways: int = 0) -> Transformed:
    transformer = MappingTransformer.open("x", mapping, "x.yaml")
    batch = RawLines(stream=StreamId("x", "BTC-USD"), source="raw", ingest_us=0, data=data)
    return transformer._by(batch, _WAYS[ways:])


@pytest.mark.parametrize("ways", [0, 1, 2])
def test_the_same_trades_make_the_same_rows_whichever_way_they_came_and_were_read(ways: int) -> None:
    numbers = range(1, 100)
    sides = {True: ("true", "True"), False: ("false", "False")}
    objects = b"".join(of_api(at, sides[at % 3 == 0][0]) + b"\n" for at in numbers)
    arrays = b"".join(of_file(at, sides[at % 3 == 0][1]) + b"\n" for at in numbers)
    found, expected = transformed(arrays, ways=ways), transformed(objects, ways=ways)
    assert pa.table(found.rows).to_pylist() == pa.table(expected.rows).to_pylist()
    assert pa.table(found.rows).num_rows == 99
    assert found.drift == expected.drift == ()


def test_times_of_both_units() -> None:
    rows = pa.table(transformed(of_file(1, unit=1_000) + b"\n" + of_file(2) + b"\n").rows)
    assert [time.microsecond for time in rows["trade_ts"].to_pylist()] == [0, 2]


def test_a_bad_line_costs_that_line_wherever_it_stands() -> None:
    data = b"oops\n" + b"".join(of_file(at) + b"\n" for at in range(1, 9)) + of_file(9, "true") + b"\n"
    done = transformed(data)
    assert pa.table(done.rows).num_rows == 8
    assert [(bad.line, bad.rule) for bad in done.rejected] == [
        (0, "json: Expecting value"),
        (9, "side: not in the map"),
    ]


def test_drift_of_arrays_is_told_with_the_line_to_paste_under_arrays() -> None:
    transformer = MappingTransformer.open("x", BOTH, "x.yaml")
    longer = of_file(1)[:-1] + b',"new"]\n'
    batch = RawLines(stream=StreamId("x", "BTC-USD"), source="raw", ingest_us=0, data=longer)
    assert transformer.transform(batch).drift == ("6",)
    assert transformer.suggestion(("6",)) == "arrays: {ignore: [3, 6], ...}"
    assert transformer.suggestion(("more",)) == "ignore: [quoteQty, more]"


def test_a_mapping_without_arrays_means_what_it_meant() -> None:
    digests = {read_mapping("x", text, "x.yaml").digest for text in (OBJECTS, BOTH)}
    assert len(digests) == 2
    assert read_mapping("x", OBJECTS, "x.yaml").digest == "e2c43dc8a06fd9d4"


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("    price: {from: 1}\n", "", "where in an array is 'price'"),
        ("{from: 1}", "{from: price}", "an array has no names"),
        ("  ignore: [3]\n  columns:", "  ignore: [3]\n  colums:", "Did you mean 'columns'"),
        ("    price: {from: 1}\n", "    prise: {from: 1}\n", "Did you mean 'price'"),
        ("{from: price}", "{from: 7}", "only names or only indexes"),
    ],
)
def test_a_mistake_is_told_with_its_line(before: str, after: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        read_mapping("x", BOTH.replace(before, after), "x.yaml")
    assert str(caught.value).startswith("x.yaml:")


def test_check_and_suggest_know_both_kinds(tmp_path: Path) -> None:
    sample, mapping, objects = (tmp_path / name for name in ("a.jsonl", "x.yaml", "objects.yaml"))
    sample.write_bytes(b"".join(of_file(at) + b"\n" for at in range(1, 9)))
    mapping.write_text(BOTH)
    objects.write_text(OBJECTS)
    run = CliRunner().invoke
    checked = run(command, ["check", str(mapping), "--sample", str(sample)])
    assert checked.exit_code == 0, checked.output
    assert "8 rows from 8 lines" in checked.output
    assert "names every field" in run(command, ["suggest", str(mapping), "--sample", str(sample)]).output
    written = run(command, ["suggest", str(objects), "--sample", str(sample)]).stdout
    assert written.startswith("arrays:\n  ignore: [")
    objects.write_text(OBJECTS + written)
    assert run(command, ["check", str(objects), "--sample", str(sample)]).exit_code == 0
