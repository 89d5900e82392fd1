"""An answer, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from schemahub.query_engine import QueryPlace
    from schemahub_aws.calls import Calls


def read(calls: Calls, query_id: str, execution: Mapping[str, Any], place: QueryPlace) -> pa.Table | None:
    """Return all rows of an answer; None where the statement has none. Each page of texts is let go again."""
    import pyarrow as pa

    from schemahub_aws.athena.values import batch_of, schema_of

    schema: pa.Schema | None = None
    batches = []
    for number, page in enumerate(_pages(calls, query_id)):
        place.stop.check()
        found = page["ResultSet"]
        schema = schema or schema_of(found["ResultSetMetadata"]["ColumnInfo"])
        rows = [[datum.get("VarCharValue") for datum in row["Data"]] for row in found["Rows"]]
        # The first row of a query is its header; that of other statements is not.
        header = number == 0 and execution.get("StatementType") == "DML"
        batches.append(batch_of(rows[1:] if header else rows, schema))
    return pa.Table.from_batches(batches, schema) if schema else None


def _pages(calls: Calls, query_id: str) -> Iterator[dict[str, Any]]:
    token: dict[str, str] = {}
    while True:
        page = _page(calls, query_id, token)
        yield page
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _page(calls: Calls, query_id: str, token: Mapping[str, str]) -> dict[str, Any]:
    asked = {"QueryExecutionId": query_id, **token}
    return dict(calls(lambda athena: athena.get_query_results(**asked), f"Athena query {query_id}"))
