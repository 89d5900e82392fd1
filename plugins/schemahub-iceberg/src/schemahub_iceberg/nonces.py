"""Names that are never given twice, and say when they were: UUIDs of version 7."""

from __future__ import annotations

import secrets
import time
import uuid

_NS_PER_MS = 1_000_000
_TIMED = 7


def fresh() -> uuid.UUID:
    """Return a new one; its first 48 bits are this moment's milliseconds."""
    number = (time.time_ns() // _NS_PER_MS) << 80 | secrets.randbits(76)
    # The version and the variant, where RFC 9562 has them.
    number = number & ~(0xF << 76) | _TIMED << 76
    return uuid.UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def since_ms(nonce: uuid.UUID) -> int | None:
    """Return the milliseconds at which it was made; None for another kind, which does not say."""
    return nonce.int >> 80 if nonce.version == _TIMED else None
