"""One small change for each rule of everything that is not a connector."""

from faulty import catalogs, checkpoints, locks, sinks, stores, tables, transformers
from faulty.fault import OTHERS

__all__ = ["OTHERS", "catalogs", "checkpoints", "locks", "sinks", "stores", "tables", "transformers"]
