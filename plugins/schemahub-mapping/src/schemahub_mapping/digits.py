"""Lines of one length as columns of eight-byte words, and decimal digits out of them, eight at a time.

A word holds eight characters of each line, the first in its lowest byte. All arithmetic is on whole
columns, so a line costs a few nanoseconds.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

WORD = 8
_BLOCK_BYTES = 1 << 20
"""Of lines worked on at a time: what is read column by column should still be in the cache."""


def words_of(text: bytes) -> Words:
    """Return a text as words, filled up with zeros."""
    return np.frombuffer(text.ljust(-(-len(text) // WORD) * WORD, b"\0"), "<u8")


class Scratch(threading.local):
    """Memory that each block of lines leaves to the next one of its thread.

    Made anew for each, it would be given back to the system each time, and to touch it again costs more than
    all the arithmetic. So what is made here is good until the next block.
    """

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._held: dict[str, Words] = {}

    def words(self, use: str, rows: int, count: int) -> Words:
        """Return room for `count` words in each of so many rows."""
        held = self._held.get(use)
        if held is None or held.size < rows * count:
            held = self._held[use] = np.empty(rows * count, np.uint64)
        return held[: rows * count].reshape(rows, count)


_SCRATCH = Scratch()


def blocks(lines: Numbers, length: int) -> Iterator[Numbers]:
    """Cut lines of one length into pieces that fit the cache."""
    count = max(1, _BLOCK_BYTES // length)
    return (lines[first : first + count] for first in range(0, len(lines), count))


def columns(data: bytes, starts: Numbers, template: Words) -> Words:
    """Return `[word, line]`: each line's words, and in the last what stands behind it, xor the template's.

    What a line has in common with the template is zero, a digit where the template has "0" its value.
    """
    size = len(template) * WORD
    # A window may begin at any byte; those that would end behind the data are filled up.
    inside = int(np.searchsorted(starts, len(data) - size, side="right"))
    found = _SCRATCH.words("found", len(template), len(starts))
    if inside:
        windows: npt.NDArray[np.void] = np.ndarray((len(data) - size + 1,), f"V{size}", data, 0, (1,))
        _into(found[:, :inside], windows[starts[:inside]].view("<u8"), template)
    for line in range(inside, len(starts)):
        text = data[starts[line] :].ljust(size, b"\0")
        _into(found[:, line : line + 1], np.frombuffer(text, "<u8"), template)
    return found


def _into(out: Words, words: Words, template: Words) -> None:
    np.bitwise_xor(words.reshape(-1, len(template)).T, template[:, None], out=out)


def beyond(words: Words, limits: Words) -> Words:
    """Return, for each line, the bits that some word has once its limit is added."""
    added = np.add(words, limits[:, None], out=_SCRATCH.words("lines", *words.shape))
    found: Words = np.bitwise_or.reduce(added, axis=0)
    return found


def chunks_of(start: int, end: int) -> list[tuple[int, int]]:
    """Cut the digits from `start` to `end` into chunks of eight; the first is the odd one."""
    starts = (max(start, at) for at in range(end - WORD, start - WORD, -WORD))
    ends = range(end, start, -WORD)
    return list(zip(starts, ends, strict=True))[::-1]


def joined(chunks: Words) -> Numbers:
    """Return the numbers whose chunks of digits these are, 18 digits at most; zero for none."""
    found = np.zeros(chunks.shape[1], np.uint64) if not len(chunks) else chunks[0]
    for chunk in chunks[1:]:
        found = found * np.uint64(10**WORD) + chunk
    return found.view(np.int64)


class Chunks:
    """Digits at fixed places, at most eight together; all of them become numbers at once.

    What is done to one chunk is done to all in one step: lines of one form are often few, and then the
    steps are what costs.
    """

    def __init__(self, chunks: Sequence[tuple[int, int]]) -> None:
        """Take where each chunk begins and ends in a line."""
        at = [divmod(end - WORD, WORD) for _, end in chunks]
        self._low = [index for index, _ in at]
        self._high = [index + bool(odd) for index, odd in at]
        # Shifted by 64 bits, nothing is left: a chunk that ends with its word needs no other.
        self._down = _each(8 * odd for _, odd in at)
        self._up = _each(8 * (WORD - odd) for _, odd in at)
        # What stands before the first digit is another chunk's, or the word's before the first.
        self._mask = _each((1 << 64) - (1 << 8 * (WORD - (end - start))) for start, end in chunks)

    def numbers(self, words: Words) -> Words:
        """Return `[chunk, line]`: neighbours added up, digits to pairs, pairs to fours, fours to eights."""
        shape = len(self._low), words.shape[1]
        found = words.take(self._low, axis=0, out=_SCRATCH.words("numbers", *shape), mode="clip")
        high = words.take(self._high, axis=0, out=_SCRATCH.words("lines", *shape), mode="clip")
        found >>= self._down
        high <<= self._up
        found |= high
        found &= self._mask
        # A quarter of a word holds two digits, a half four: what is too large for it is not wanted either.
        pairs, fours = found.view("<u2"), found.view("<u4")
        pairs *= np.uint16(10 * 2**8 + 1)
        pairs >>= np.uint16(8)
        fours *= np.uint32(100 * 2**16 + 1)
        fours >>= np.uint32(16)
        found *= np.uint64(10_000 * 2**32 + 1)
        found >>= np.uint64(32)
        return found


def _each(values: Iterable[int]) -> Words:
    return np.array(list(values), np.uint64).reshape(-1, 1)
