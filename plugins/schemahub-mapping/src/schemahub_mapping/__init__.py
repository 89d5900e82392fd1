"""YAML mappings for schemahub: raw lines to the unified schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.hookspecs import hookimpl
from schemahub_mapping.transformer import MappingTransformer

if TYPE_CHECKING:
    from schemahub.transformer import Transformer

__all__ = ["MappingTransformer", "schemahub_transformer"]

API_LEVEL = 1


@hookimpl
def schemahub_transformer() -> type[Transformer]:
    """Return the transformer behind the name `mapping`."""
    return MappingTransformer
