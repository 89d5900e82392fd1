"""Lines of one length as columns of eight-byte words, and decimal digits out of them, eight at a time.

A word holds eight characters of each line, the first in its lowest byte. All arithmetic is on whole
columns, so a line costs a few nanoseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

WORD = 8
_BLOCK = 4096
"""Lines copied at a time: what is read column by column should still be in the cache."""


def words_of(text: bytes) -> Words:
    """Return a text as words, filled up with zeros."""
    return np.frombuffer(text.ljust(-(-len(text) // WORD) * WORD, b"\0"), "<u8")


def blocks(count: int) -> Iterator[slice]:
    """Cut so many lines into pieces that fit the cache."""
    return (slice(first, min(first + _BLOCK, count)) for first in range(0, count, _BLOCK))


def columns(data: bytes, starts: Numbers, template: Words) -> Words:
    """Return `[word, line]`: each line's words, and in the last what stands behind it, xor the template's.

    What a line has in common with the template is zero, a digit where the template has "0" its value.
    """
    size = len(template) * WORD
    # A window may begin at any byte; those that would end behind the data are filled up.
    inside = int(np.searchsorted(starts, len(data) - size, side="right"))
    found = np.empty((len(template), len(starts)), np.uint64)
    if inside:
        windows: npt.NDArray[np.void] = np.ndarray((len(data) - size + 1,), f"V{size}", data, 0, (1,))
        for part in blocks(inside):
            _into(found[:, part], windows[starts[part]].view("<u8"), template)
    for line in range(inside, len(starts)):
        text = data[starts[line] :].ljust(size, b"\0")
        _into(found[:, line : line + 1], np.frombuffer(text, "<u8"), template)
    return found


def _into(out: Words, words: Words, template: Words) -> None:
    np.bitwise_xor(words.reshape(-1, len(template)).T, template[:, None], out=out)


def number(words: Sequence[Words] | Words, start: int, end: int) -> Numbers:
    """Return the number that the digits from `start` to `end` make: 18 of them at most, as values 0 to 9."""
    found: Numbers | None = None
    at = start
    while at < end:
        stop = at + ((end - at - 1) % WORD + 1)  # the first chunk is the odd one
        part = _sum(window(words, stop, stop - at), stop - at).view(np.int64)
        found = part if found is None else found * 10 ** (stop - at) + part
        at = stop
    return np.zeros(len(words[0]), np.int64) if found is None else found


def window(words: Sequence[Words] | Words, end: int, count: int) -> Words:
    """Return words whose last `count` characters are those before `end`; those in front of them are zero."""
    index, odd = divmod(end - WORD, WORD)
    if index < 0:
        found = words[0] << np.uint64(8 * (WORD - end))
    elif odd:
        found = (words[index] >> np.uint64(8 * odd)) | (words[index + 1] << np.uint64(8 * (WORD - odd)))
    else:
        found = words[index]
    unused = WORD - count
    return found & np.uint64((2**64 - 1) >> 8 * unused << 8 * unused)


def pairs_of(digits: Words) -> Words:
    """Return, at each character, the number that it and the next one make; at the last, nothing."""
    return digits * np.uint64(10 * 2**8 + 1) >> np.uint64(8)


def _sum(digits: Words, count: int) -> Words:
    """Add neighbours up: digits to pairs, pairs to fours, fours to the number, as far as there are any."""
    pairs = pairs_of(digits)
    if count <= 2:  # noqa: PLR2004 - a pair
        return pairs >> np.uint64(48)
    fours = (pairs & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(100 * 2**16 + 1)
    if count <= 4:  # noqa: PLR2004 - two pairs
        return fours >> np.uint64(48)
    return (
        (fours >> np.uint64(16) & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(10_000 * 2**32 + 1)
    ) >> np.uint64(32)
