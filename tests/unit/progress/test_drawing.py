"""What is drawn, and where."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from tests.unit.progress.lines import BEGUN, OVER, Terminal, finished, read, started

from schemahub._progress.drawing import drawing_here, on_terminal
from schemahub._progress.notebook import NotebookBars, html_of, says, text_of
from schemahub._progress.observer import ProgressObserver, watching
from schemahub._progress.one_line import OneLine
from schemahub._progress.tally import Line, Tally
from schemahub.events import Event, WorkFound
from schemahub.model import Ids

if TYPE_CHECKING:
    from schemahub._progress.drawing import Drawing

EVENTS: list[Event] = [BEGUN, started(1_000), read(900), finished(), started(500), read(200)]


def watch(drawing: Drawing, *events: Event) -> None:
    observer = ProgressObserver(lambda: drawing)
    for event in events:
        observer.schemahub_event(event)


def test_one_line_is_rewritten_at_most_ten_times_a_second() -> None:
    stream, now = Terminal(), [0.0]
    observer = ProgressObserver(lambda: OneLine(stream, lambda: now[0]))
    for event in EVENTS:
        observer.schemahub_event(event)
    assert stream.getvalue() == "\r\x1b[K0 of 1,000 trades"
    now[0] = 1.0
    observer.schemahub_event(EVENTS[-1])
    assert stream.getvalue().endswith("\r\x1b[K1,400 of 1,500 trades")
    observer.schemahub_event(OVER)
    assert stream.getvalue().endswith("\r\x1b[K")


def test_bars_are_drawn_on_a_terminal() -> None:
    pytest.importorskip("rich")
    stream = Terminal()
    watch(on_terminal(stream), *EVENTS, OVER)
    assert "coinbase/BTC-USD" in stream.getvalue()
    assert "1200/1500" in stream.getvalue()


def test_ids_are_not_drawn_as_trades() -> None:
    pytest.importorskip("rich")
    one, bars = Terminal(), Terminal()
    watch(OneLine(one, lambda: 0.0), BEGUN, started(1_000, ids=Ids.SPARSE))
    assert "0 of 1,000 positions" in one.getvalue()
    watch(on_terminal(bars), BEGUN, started(1_000, ids=Ids.SPARSE), finished(), OVER)
    assert "1000/1000" in bars.getvalue()
    assert "positions" in bars.getvalue()


def test_without_rich_a_terminal_gets_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemahub._progress.drawing.find_spec", lambda _: None)
    assert isinstance(on_terminal(Terminal()), OneLine)


def test_a_pipe_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert watching() == ()
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert len(watching()) == 1


def test_a_process_without_stderr_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert drawing_here() is None


class Noting:
    """Keeps what was done with it."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def draw(self, tally: Tally, name: str) -> None:
        del tally
        self.notes.append(name)

    def close(self, tally: Tally) -> None:
        self.notes.append(f"closed, {len(tally.lines)} lines")


def test_runs_side_by_side_share_a_drawing_and_the_last_one_closes_it() -> None:
    drawing = Noting()
    found = WorkFound(command="verify", left=1)
    watch(drawing, BEGUN, BEGUN, OVER, found, OVER, found, BEGUN, OVER)
    assert drawing.notes == ["verify", "closed, 1 lines", "closed, 0 lines"]


def test_a_notebook_shows_a_bar_a_line_and_text_for_who_shows_no_html() -> None:
    tally = Tally(lines={"a<b": Line(done=1_234, total=5_000), "x": Line(unit="days", done=3)})
    assert text_of(tally) == "a<b: 1,234 of 5,000 trades (24 %)\nx: 3 days"
    page = html_of(tally)
    assert "a&lt;b" in page
    assert "<b<" not in page
    assert '<progress value="0.2468" max="1">' in page
    assert "<progress></progress>" in page


@pytest.mark.parametrize(("done", "said"), [(999, "(99 %)"), (1_000, "(100 %)")])
def test_a_hundred_per_cent_is_said_of_nothing_less(done: int, said: str) -> None:
    assert says(Line(done=done, total=1_000)).endswith(said)


def test_a_notebook_shows_nothing_where_nothing_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotebookBars, "_show", lambda *_: pytest.fail("shown"))
    NotebookBars().close(Tally())
