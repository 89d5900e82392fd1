"""The catalog named `glue`: the table in the Glue Data Catalog, where Athena and others find it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub import hookimpl

if TYPE_CHECKING:
    from schemahub.catalog import Catalog


@hookimpl
def schemahub_catalog() -> type[Catalog]:
    """Return the class behind `catalog: glue`."""
    from schemahub_aws.glue.catalog import GlueCatalog

    return GlueCatalog
