"""What a transform tells."""

from __future__ import annotations

from schemahub._transform.result import Failure, TransformResult


def test_a_good_run_in_one_sentence() -> None:
    result = TransformResult(version=1, objects=2, rows=1200)
    assert str(result) == "1,200 rows from 2 raw objects into version 1"
    assert result.complete


def test_slower_paths_are_told_and_the_fastest_is_not() -> None:
    fast = TransformResult(version=1, objects=100, paths=(("fixed", 99), ("shape", 1)))
    mixed = TransformResult(version=1, objects=100, paths=(("block", 1), ("lines", 2), ("shape", 97)))
    slow = TransformResult(version=1, objects=5, paths=(("lines", 5),))
    assert "path" not in str(fast)
    assert "3 of 100 objects took a slower path" in str(mixed)
    assert "5 of 5 objects took a slower path" in str(slow)


def test_trouble_is_shown() -> None:
    result = TransformResult(
        version=1,
        quarantined=3,
        rules=(("bad", 3),),
        drift=(("coinbase", ("a", "b")),),
        suggestions=(("coinbase", "ignore: [a, b]"),),
        remapped=("coinbase",),
        failures=(Failure(where="x", reason="gone"),),
    )
    text = str(result)
    assert not result.complete
    assert all(
        part in text for part in ("3 in quarantine, 1 failed", "gone", "bad", "ignore: [a, b]", "--full")
    )
    assert result.document()["failures"] == [{"where": "x", "reason": "gone"}]
