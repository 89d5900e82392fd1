"""The digest that pins a commit's inputs."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from schemahub.layout import StreamId

if TYPE_CHECKING:
    from collections.abc import Collection

    from schemahub._transform.job import TransformJob
    from schemahub.table import Snapshot


def pin_digest(job: TransformJob, base: Snapshot, keys: Collection[str]) -> str:
    """Return a digest of all that a commit's files follow from: inputs, mappings, symbols, covered."""
    import pyarrow as pa

    streams = sorted({StreamId.of_raw_key(key) for key in keys})
    mappings = {stream.exchange: job.transformer_for(stream.exchange).digest for stream in streams}
    covered = [[str(stream), base.covered_of(stream).pairs(), job.symbol_of(stream)] for stream in streams]
    # Other settings, or another writer, would cut or encode the rows otherwise under the same names.
    writing = [job.files.model_dump(), pa.__version__]
    return digest(list(keys), mappings, covered, writing)


def digest(*parts: object) -> str:
    """Return a short hex digest of values that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
