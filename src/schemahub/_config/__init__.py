"""Settings from defaults, a YAML file, the environment and arguments, each overriding the one before."""

from schemahub._config.http_section import BreakerSection, HttpSection
from schemahub._config.loading import connector_config, load_settings
from schemahub._config.settings import (
    IngestSection,
    LocksSection,
    Settings,
    TransformSection,
)
from schemahub._config.times import parse_duration, parse_time

__all__ = [
    "BreakerSection",
    "HttpSection",
    "IngestSection",
    "LocksSection",
    "Settings",
    "TransformSection",
    "connector_config",
    "load_settings",
    "parse_duration",
    "parse_time",
]
