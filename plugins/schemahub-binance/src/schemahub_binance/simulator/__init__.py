"""Binance on this machine: its API, and its bulk files."""
