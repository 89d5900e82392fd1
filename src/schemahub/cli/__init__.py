"""The command line: one file a command, each imported when it is called."""

from schemahub.cli._group import main

__all__ = ["main"]
