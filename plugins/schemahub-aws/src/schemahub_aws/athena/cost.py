"""What a query cost, by what it scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEGABYTE = 1 << 20
_TERABYTE = 1 << 40
_LEAST_MEGABYTES = 10


def dollars(execution: Mapping[str, Any], usd_per_terabyte: float) -> float:
    """Return the price: megabytes rounded up, ten at least; statements that define something are free.

    The rules are those of Athena's price list for queries by bytes scanned.
    """
    statistics = execution.get("Statistics", {})
    reused = statistics.get("ResultReuseInformation", {}).get("ReusedPreviousResult", False)
    if execution.get("StatementType") != "DML" or reused:
        return 0.0
    scanned = statistics.get("DataScannedInBytes", 0)
    megabytes = max(-(-scanned // _MEGABYTE), _LEAST_MEGABYTES)
    return float(megabytes * _MEGABYTE / _TERABYTE * usd_per_terabyte)
