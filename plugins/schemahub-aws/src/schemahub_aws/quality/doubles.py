"""Rows that Athena sees more than once, which is what people query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from schemahub_aws.quality.report import Doubled

if TYPE_CHECKING:
    from schemahub import Hub

_ENGINE = "athena"
# An id is one symbol's, and a trade is of one day. Only these three columns are scanned, and paid for.
_QUERY = """
SELECT lower(exchange) AS exchange, sum(rows) AS rows, sum(rows - ids) AS doubled
FROM (
  SELECT exchange, symbol, count(*) AS rows, count(DISTINCT trade_id) AS ids
  FROM trades
  WHERE trade_date >= DATE '{first}'
  GROUP BY exchange, symbol
) AS by_symbol
GROUP BY lower(exchange)
ORDER BY 1
"""


def count_doubles(hub: Hub, days: int) -> tuple[Doubled, ...]:
    """Count the rows of the newest days by exchange, where Athena is the lake's query engine; else nothing.

    The manifest knows each file's ids, and `verify` reads them. A file that lies in a day's folder and is in
    no manifest, only a reader of folders sees.
    """
    if hub.settings.query_engine != _ENGINE:
        return ()
    first = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
    answer = hub.sql(_QUERY.format(first=first), engine=_ENGINE)
    return tuple(
        Doubled(exchange=str(exchange), rows=int(str(rows)), more_than_once=int(str(doubled)))
        for exchange, rows, doubled in answer.rows
    )
