"""Simulated exchanges, a fake clock and conformance suites, for plugin authors and for our own tests."""
