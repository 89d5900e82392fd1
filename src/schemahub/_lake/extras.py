"""Optional libraries, asked for where they are needed."""

from __future__ import annotations

from importlib.util import find_spec

from schemahub.errors import MissingExtra


def require(module: str, install: str) -> None:
    """Raise `MissingExtra` with the command that installs `module`, unless it is there."""
    if find_spec(module) is None:
        msg = f"{module} is not installed"
        raise MissingExtra(msg, hint=f"Run: pip install {install}")


def require_parquet() -> None:
    """Raise `MissingExtra` unless the table's files can be read and written."""
    require("pyarrow", "'schemahub[parquet]'")


def require_sql() -> None:
    """Raise `MissingExtra` unless the table can be queried."""
    require_parquet()
    require("duckdb", "'schemahub[sql]'")
