from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from schemahub.cli._output import show

if TYPE_CHECKING:
    from tests.unit.cli.conftest import FakeHub


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> str:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    show(hub.result, as_json=False)
    return terminal.getvalue()


def test_a_terminal_gets_tables_that_print_text_as_it_is(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("rich")
    text = shown(hub, monkeypatch)
    assert "✔" in text
    assert "[red]" in text
    assert "1,234" in text
    assert text != str(hub.result) + "\n"


def test_without_rich_a_terminal_gets_plain_text(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemahub.cli._output.find_spec", lambda _: None)
    assert shown(hub, monkeypatch) == str(hub.result) + "\n"
