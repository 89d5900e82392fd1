"""The demo ends well, and its bars and its results do not write on the same lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from schemahub._progress import observer
from schemahub.cli import demo
from schemahub.events import RunFinished, RunStarted

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from schemahub.events import Event
    from schemahub.results import Result


def test_a_result_is_printed_when_the_bars_are_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: list[str] = []

    class Bars:
        def schemahub_event(self, event: Event) -> None:
            if isinstance(event, RunStarted | RunFinished):
                told.append("bars" if isinstance(event, RunStarted) else "no bars")

    def show(result: Result, *, as_json: bool) -> None:
        del as_json
        told.append(result.headline().partition(":")[0])

    monkeypatch.setattr(observer, "watching", lambda: (Bars(),))
    monkeypatch.setattr(demo, "show", show)
    done = CliRunner().invoke(demo.command, ["--lake", str(tmp_path / "lake")])
    assert done.exit_code == 0, done.output
    assert told[1:7] == ["bars", "no bars", "ingest", "bars", "no bars", "ingest"]
    assert "60,000 trades at the exchange, 60,000 distinct ones in the table" in done.output
