"""Lazy plugins: names from metadata, one module imported when one is used, failures isolated.

`observers` is in `schemahub._plugins.observing`: it needs all event classes, which `--help` does not.
"""

from schemahub._plugins.catalogue import PluginInfo, find, installed
from schemahub._plugins.checking import problem
from schemahub._plugins.kinds import KINDS, Kind
from schemahub._plugins.loading import checkup_of, load, load_variable
from schemahub._plugins.mapping_files import mapping_text

__all__ = [
    "KINDS",
    "Kind",
    "PluginInfo",
    "checkup_of",
    "find",
    "installed",
    "load",
    "load_variable",
    "mapping_text",
    "problem",
]
