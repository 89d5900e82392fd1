"""YAML mappings for schemahub: raw lines to the unified schema."""
