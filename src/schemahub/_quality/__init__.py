"""Proofs of completeness and uniqueness."""
