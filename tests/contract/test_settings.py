"""Settings agree with the parts that they set."""

from __future__ import annotations

from schemahub.layout import CODECS
from schemahub.settings import IngestSettings


def test_codecs_are_those_of_the_layout() -> None:
    for codec in CODECS:
        assert IngestSettings.model_validate({"codec": codec}).codec == codec
