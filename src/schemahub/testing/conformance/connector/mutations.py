"""Turn what an exchange said into what it might say: other ids, times, spellings of the same rows."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from schemahub.errors import RetryableError
from schemahub.times import iso_to_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from schemahub.model import Response

_STRING = rb'"(?:[^"\\]|\\.)*"'
_NUMBER = rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_TOKEN = re.compile(rb"(?P<key>" + _STRING + rb"\s*:)|" + _STRING + rb"|" + _NUMBER)
_MARKS = re.compile(_STRING + rb"|[\[\]{},:]")
_SECOND = 1_000_000_000
_DIGITS = "987654321"
_POWERS = (9, 6, 3, 0)


def with_lines(response: Response, old: Sequence[bytes], new: Sequence[bytes]) -> Response:
    """Replace rows of a body, one by one, where they stand."""
    body, done = response.body, 0
    places = sorted((body.find(line), line, other) for line, other in zip(old, new, strict=True))
    pieces: list[bytes] = []
    for at, line, other in places:
        if at < done:
            msg = f"a line is no part of the body as it was sent: {line[:80]!r}"
            raise AssertionError(msg)
        pieces += (body[done:at], other)
        done = at + len(line)
    return replace(response, body=b"".join([*pieces, body[done:]]))


def each_line(
    responses: Sequence[Response], lines: Sequence[bytes], change: Callable[[bytes], bytes]
) -> tuple[list[Response], list[bytes]]:
    """Change every row of the last answer; return the answers and the lines that are expected now."""
    changed = [change(line) for line in lines]
    return [*responses[:-1], with_lines(responses[-1], lines, changed)], changed


def renumbered(line: bytes, position: int, other: int) -> bytes:
    """Give a row another id, in quotes or without as it is."""
    return with_id(line, position, lambda token: token.replace(b"%d" % position, b"%d" % other))


def with_id(line: bytes, position: int, change: Callable[[bytes], bytes]) -> bytes:
    """Change every value of a row that is its id."""
    number = b"%d" % position

    def changed(found: re.Match[bytes]) -> bytes:
        mine = not found["key"] and found[0].strip(b'"') == number
        return change(found[0]) if mine else found[0]

    return _TOKEN.sub(changed, line)


def with_field(line: bytes) -> bytes | None:
    """Add a field that nobody announced; None if the row is no object."""
    return line.rstrip()[:-1] + b',"unannounced":[1,"x"]}' if line.startswith(b"{") else None


def turned(line: bytes) -> bytes | None:
    """Print a row's fields in the opposite order; None if it is no object."""
    if not line.startswith(b"{"):
        return None
    fields = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    printed = (msgspec.json.encode(name) + b":" + bytes(value) for name, value in reversed(fields.items()))
    return b"{" + b",".join(printed) + b"}"


def spaced(body: bytes) -> bytes:
    """Put white space and line breaks between the tokens of a JSON text."""
    return _MARKS.sub(lambda found: found[0] + (b"\n  " if found[0] in {b"[", b"{", b","} else b""), body)


class Spelling(NamedTuple):
    """A row that says another time, and the time."""

    line: bytes
    time_ns: int


def spellings(line: bytes, time_ns: int) -> Iterator[Spelling]:
    """Yield a row with every spelling of a slightly earlier time that its exchange might use.

    Fractions of 0 to 9 digits where the time has a fraction; nothing if the row shows no such time.
    """
    for found in _values(line):
        quoted = found[0].startswith(b'"')
        text = found[0].strip(b'"').decode("utf-8", "replace")
        for other, other_ns in _other_times(text, time_ns):
            printed = f'"{other}"' if quoted else other
            yield Spelling(line[: found.start()] + printed.encode() + line[found.end() :], other_ns)


def scalars(line: bytes) -> list[str]:
    """Return the texts of a row's values, without quotes."""
    return [found[0].strip(b'"').decode("utf-8", "replace") for found in _values(line)]


def _values(line: bytes) -> Iterator[re.Match[bytes]]:
    return (found for found in _TOKEN.finditer(line) if not found["key"])


def _other_times(text: str, time_ns: int) -> Iterable[tuple[str, int]]:
    try:
        if iso_to_ns(text) == time_ns:
            return _iso_times(text, time_ns)
    except RetryableError:
        pass
    if re.fullmatch(r"\d+(\.\d+)?", text):
        for power in _POWERS:
            if Decimal(text).scaleb(power) == time_ns:
                return _number_times(text, time_ns, power)
    return ()


def _iso_times(text: str, time_ns: int) -> Iterator[tuple[str, int]]:
    second = time_ns // _SECOND * _SECOND - _SECOND
    from schemahub.times import ns_to_iso

    whole = ns_to_iso(second)[:19].replace("T", text[10])
    zone = text[-1] if text.endswith("Z") else "+00:00"
    for digits in range(10):
        fraction = f".{_DIGITS[:digits]}" if digits else ""
        yield whole + fraction + zone, second + int(_DIGITS[:digits].ljust(9, "0"))
    ahead = ns_to_iso(second + 5400 * _SECOND)[:19].replace("T", text[10])
    yield f"{ahead}.5+01:30", second + _SECOND // 2


def _number_times(text: str, time_ns: int, power: int) -> Iterator[tuple[str, int]]:
    if "." not in text:
        yield str(int(text) - 1), time_ns - 10**power
        return
    unit = 10**power
    whole = time_ns // unit - 1
    for digits in range(power + 1):
        fraction = f".{_DIGITS[:digits]}" if digits else ""
        yield f"{whole}{fraction}", whole * unit + int(_DIGITS[:digits].ljust(power, "0") or "0")
