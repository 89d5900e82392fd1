"""Coinbase Exchange connector for schemahub."""
