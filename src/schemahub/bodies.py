"""Split the JSON array of a response into its elements' own bytes."""

from __future__ import annotations

from schemahub.errors import RetryableError


def lines(body: bytes | bytearray | memoryview) -> list[bytes]:
    r"""Return the elements of a JSON array, each as the bytes it was sent as, on one line.

    Numbers, escapes and key order stay as they are. A line break can only stand between tokens in valid
    JSON, so it is turned into a space.

    Raises `RetryableError` if the body is not a JSON array: an error page, or cut off on the way.
    """
    import msgspec

    try:
        elements = msgspec.json.decode(body, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        msg = "the body is no JSON array"
        raise RetryableError(msg, expected="[...]", found=excerpt(bytes(body[:200]))) from error
    return one_line(list(map(bytes, elements)), body)


def one_line(elements: list[bytes], body: bytes | bytearray | memoryview) -> list[bytes]:
    """Turn line breaks between tokens into spaces, where the body has any."""
    if b"\n" not in bytes(body) and b"\r" not in bytes(body):
        return elements
    return [element.replace(b"\r", b" ").replace(b"\n", b" ") for element in elements]


def excerpt(body: bytes, size: int = 80) -> str:
    """Return the printable beginning of a body, for an error's text."""
    text = " ".join(body[: 4 * size].decode("utf-8", "replace").split())
    return repr(text if len(text) <= size else text[:size] + "...")
