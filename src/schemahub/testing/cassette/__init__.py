"""Cassettes: what an exchange said once, to be asked again without it.

`schemahub record EXCHANGE` writes one; `Cassette.read` and `.transport()` answer from it.
"""

from schemahub.testing.cassette.document import Call, Cassette, Recorded
from schemahub.testing.cassette.transport import CassetteTransport

__all__ = ["Call", "Cassette", "CassetteTransport", "Recorded"]
