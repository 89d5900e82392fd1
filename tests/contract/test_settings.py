"""The section `http` and the settings of the layer behind it say the same."""

from __future__ import annotations

import dataclasses

from schemahub._config import BreakerSection, HttpSection, IngestSection
from schemahub._http.settings import BreakerSettings, HttpSettings
from schemahub.layout import CODECS


def test_http_settings_have_the_same_names_and_defaults() -> None:
    assert HttpSection().model_dump() == dataclasses.asdict(HttpSettings())
    assert HttpSettings(**{**HttpSection().model_dump(), "breaker": BreakerSettings()}) == HttpSettings()
    assert BreakerSettings(**BreakerSection().model_dump()) == BreakerSettings()


def test_codecs_are_those_of_the_layout() -> None:
    for codec in CODECS:
        assert IngestSection.model_validate({"codec": codec}).codec == codec
