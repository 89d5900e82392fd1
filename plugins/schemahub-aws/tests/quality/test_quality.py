"""The function finds each defect that is planted, says nothing of a sound lake, and never changes either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emf_rules import checked, values_of

if TYPE_CHECKING:
    from function import Answer, Function
    from sick_lake import Patient

FAULTS = {
    "LakeLate",
    "LakeTableLate",
    "LakeMissing",
    "LakeIncomplete",
    "LakeDuplicates",
    "LakeUnbalanced",
    "LakeQuarantined",
    "LakeUnusual",
    "LakeSenseless",
}


def looked_at(lake: Patient, function: Function) -> Answer:
    lake.show_to_athena()
    return function.invoke()


def faults(answer: Answer) -> dict[str, float]:
    """The metrics of coinbase that say that something is wrong."""
    assert answer.error is None, answer.document
    values = values_of(answer.metrics)
    assert values["LakeChecksNotMade",] == [0], answer.document["headline"]
    assert {name for name, *where in values if where == ["coinbase"]} >= FAULTS, "zeros are sent too"
    return {name: values[name, "coinbase"][0] for name in FAULTS if values[name, "coinbase"] != [0]}


def findings(answer: Answer) -> list[dict[str, Any]]:
    return [each for each in answer.document["findings"] if each["level"] in {"failed", "warning"}]


def aspects(answer: Answer) -> set[str]:
    return {each["aspect"] for each in findings(answer)}


def test_a_sound_lake_has_nothing_to_find(sound: tuple[Patient, Function]) -> None:
    answer = looked_at(*sound)
    assert faults(answer) == {}
    assert findings(answer) == []
    assert answer.document["complete"]
    assert [each["rows"] for each in answer.document["doubled"]] == [1_440], "Athena was asked"
    for line in answer.metrics:
        checked(line)
    values = values_of(answer.metrics)
    assert values["LakeTrades", "coinbase"] == values["LakeRows", "coinbase"] == [1_440]
    assert all(3_000 < age < 5_000 for age in values["LakeAge", "coinbase"])


def test_a_batch_that_is_gone(sound: tuple[Patient, Function]) -> None:
    lake, function = sound
    with lake.without_a_batch():
        answer = function.invoke()
    assert faults(answer)["LakeIncomplete"] == 1
    assert "completeness" in aspects(answer)


def test_rows_that_are_there_twice(sound: tuple[Patient, Function]) -> None:
    lake, function = sound
    with lake.with_a_file_twice():
        answer = looked_at(lake, function)
    lake.show_to_athena()
    assert faults(answer)["LakeDuplicates"] > 50
    assert [each["check"] for each in findings(answer)] == ["athena"]


def test_a_row_that_is_missing(sound: tuple[Patient, Function]) -> None:
    lake, function = sound
    with lake.without_a_row():
        answer = function.invoke()
    assert faults(answer)["LakeUnbalanced"] >= 1
    assert "raw = unified + quarantine" in aspects(answer)


def test_an_event_that_is_not_understood_is_an_error(sound: tuple[Patient, Function]) -> None:
    for event in ({"lake": "elsewhere"}, {"days": 0}, {"products": []}):
        answer = sound[1].invoke(event)
        assert answer.error
        assert "event" in answer.document["errorMessage"]


def test_without_a_proof_holes_are_found_from_what_is_written_down(sound: tuple[Patient, Function]) -> None:
    lake, function = sound
    assert function.invoke({"proof": False, "products": ["ETH-USD"]}).document["complete"]
    lake.exchange.advance(50)
    # Whole again before it is looked at: for a while raw is ahead of the table, and that is no fault.
    lake.ingest()
    assert function.invoke().document["complete"]
    lake.transform()


def test_what_stays_wrong_once_it_is_in(sound: tuple[Patient, Function]) -> None:
    lake, function = sound
    head = lake.exchange.log("BTC-USD").last
    lake.exchange.advance(50)
    (line,) = lake.exchange.lines("BTC-USD", head + 5, head + 5)
    lake.exchange.log("BTC-USD").replace(head + 5, line.replace(b'"price":"', b'"price":"x'))
    lake.ingest()
    lake.transform()
    answer = looked_at(lake, function)
    assert faults(answer) == {"LakeQuarantined": 1}
    assert {each["level"] for each in findings(answer)} == {"warning"}

    lake.exchange.advance(50)
    lake.exchange.log("BTC-USD").remove([head + 60, head + 61])
    lake.ingest()
    lake.transform()
    found = faults(function.invoke())
    assert found == {"LakeQuarantined": 1, "LakeMissing": 2, "LakeIncomplete": 1}
    answer = function.invoke({"proof": False})
    assert faults(answer)["LakeIncomplete"] == 1
    assert any("is holed" in each["found"] for each in findings(answer))


def test_data_that_stands_still_and_a_table_that_does(stale: tuple[Patient, Function]) -> None:
    lake, function = stale
    answer = looked_at(lake, function)
    assert faults(answer) == {"LakeLate": 2, "LakeTableLate": 2}
    assert aspects(answer) == {"freshness", "lag"}
    assert not answer.document["complete"]
    lake.exchange.advance(50)
    lake.ingest()
    answer = function.invoke()
    assert faults(answer) == {"LakeTableLate": 2}
    assert aspects(answer) == {"lag"}


def test_a_check_that_cannot_be_made_is_told_and_the_others_are_made(busy: tuple[Patient, Function]) -> None:
    # Nothing was shown to Athena: it has no such database.
    answer = busy[1].invoke()
    assert answer.error is None
    values = values_of(answer.metrics)
    assert values["LakeChecksNotMade",] == [1]
    assert values["LakeUnusual", "coinbase"] == [1]
    assert not answer.document["complete"]


def test_a_day_unlike_its_neighbours(busy: tuple[Patient, Function]) -> None:
    answer = looked_at(*busy)
    assert faults(answer) == {"LakeUnusual": 1}
    assert aspects(answer) == {"volume"}
    assert answer.document["complete"], "unusual is not wrong"
