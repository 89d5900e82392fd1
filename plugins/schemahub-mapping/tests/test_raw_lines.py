"""Lines by number, as splitting all of them would give."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemahub_mapping.raw_lines import but, count_lines, lines_at, mask_but, split_lines, without_lines_at

DATA = st.lists(st.binary(max_size=3).map(lambda line: line.replace(b"\n", b"x")), max_size=200).flatmap(
    lambda lines: st.sampled_from([b"\n".join(lines), b"\n".join([*lines, b""])])
)


@given(DATA, st.sets(st.integers(0, 199)))
def test_some_lines_are_those_of_all(data: bytes, numbers: set[int]) -> None:
    lines = split_lines(data)
    assert count_lines(data) == len(lines)
    wanted = sorted(number for number in numbers if number < len(lines))
    assert lines_at(data, wanted) == [lines[number] for number in wanted]


def test_far_lines_are_found_behind_many_others() -> None:
    lines = [b"%d" % number for number in range(100_000)]
    wanted = [0, 1, 31, 32, 33, 40, 5_000, 99_998, 99_999]
    assert lines_at(b"\n".join(lines), wanted) == [lines[number] for number in wanted]


@given(DATA)
def test_lines_with_a_byte_are_left_out(data: bytes) -> None:
    positions = [at for at, byte in enumerate(data) if byte == ord("x")]
    kept, numbers = without_lines_at(data, positions)
    lines = split_lines(data)
    assert list(numbers) == [number for number, line in enumerate(lines) if b"x" in line]
    assert split_lines(kept) == [line for line in lines if b"x" not in line]


def test_all_but_some() -> None:
    assert but(range(3), ()) == range(3)
    assert but(range(10, 15), [0, 3]) == [11, 12, 14]
    assert mask_but(4, [1]).to_pylist() == [True, False, True, True]
