"""Dagster for schemahub: a lake's products and days as partitions, their proofs as asset checks.

from schemahub_dagster import Lake, definitions

defs = definitions(products=["BTC-USD", "ETH-USD"], start="2026-01-01", lake=Lake(url="./lake"))
"""

from __future__ import annotations

from schemahub_dagster.market import definitions
from schemahub_dagster.resources import Executor, Lake

__all__ = ["Executor", "Lake", "definitions"]
