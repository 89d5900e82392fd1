"""One small change for each rule of everything that is not a connector."""

from faulty import cassettes, catalogs, checkpoints, locks, sinks, stores, tables, transformers
from faulty.fault import OTHERS

__all__ = [
    "OTHERS",
    "cassettes",
    "catalogs",
    "checkpoints",
    "locks",
    "sinks",
    "stores",
    "tables",
    "transformers",
]
