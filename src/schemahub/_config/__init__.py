"""Settings from defaults, a YAML file, the environment and arguments, each overriding the one before."""

from schemahub._config.loading import connector_config, load_settings, places_of, plugin_options, with_ingest
from schemahub._config.settings import Settings

__all__ = ["Settings", "connector_config", "load_settings", "places_of", "plugin_options", "with_ingest"]
