"""The first document that a process reads may be read by many threads at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

# In a process of its own, since a type is looked at once; its threads take turns as often as they can.
_MEET = """
import sys
from schemahub.testing.conformance.racing import race
{imports}
data = {data}
sys.setswitchinterval(1e-6)
assert len(race(13, lambda _: {read})) == 13
"""
_CHECKPOINT = {
    "imports": """
from schemahub._lake.checkpoint_document import of_document, to_document
from schemahub.checkpoint import Checkpoint
from schemahub.layout import StreamId
from schemahub.spans import Span, span_set
""",
    "data": 'to_document(Checkpoint(stream=StreamId("x", "A-B"), covered=span_set(Span(1, 2))), "n")',
    "read": 'of_document(data, "k")',
}
_RUN = {
    "imports": """
from schemahub._lake.run_record import RunRecord, of_document, to_document
""",
    "data": """to_document(RunRecord(
    command="ingest", started_us=1, exchange=None, products=1, seconds=1.0, failed=0, error=None
))""",
    "read": 'of_document(data, "k")',
}


@pytest.mark.parametrize("what", [_CHECKPOINT, _RUN], ids=["checkpoint", "run"])
def test_threads_that_meet_at_the_first_document_all_read_it(what: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", _MEET.format(**what)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
