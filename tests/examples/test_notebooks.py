"""The notebooks, executed: what they show is looked at, not only that they end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.examples.conftest import EXAMPLES
from tests.examples.kernel import STRICT, environment

if TYPE_CHECKING:
    from pathlib import Path

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed: see `nox -s examples`")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed: see `nox -s examples`")
pytest.importorskip("matplotlib", reason="matplotlib is not installed: see `nox -s examples`")

FULL = re.compile(r": ([\d,]+) of \1 \w+ \(100 %\)$")
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


class Executed:
    """A notebook with its outputs, found by what a cell begins with."""

    def __init__(self, name: str, folder: Path) -> None:
        notebook = nbformat.read(EXAMPLES / f"{name}.ipynb", as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(STRICT))
        client = nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}})
        client.execute(env=environment())
        self._cells = [cell for cell in notebook.cells if cell.cell_type == "code"]

    def after(self, beginning: str, number: int = 0) -> list[Any]:
        """Return the outputs of the cell, of the n-th one of several, that holds this text."""
        return list([cell for cell in self._cells if beginning in cell.source][number].outputs)

    def text(self, beginning: str, number: int = 0) -> str:
        """Return the plain text of what the cell ends in."""
        return str(self.after(beginning, number)[-1]["data"]["text/plain"])

    @property
    def errors(self) -> list[Any]:
        """Return what went to stderr."""
        return [each for cell in self._cells for each in cell.outputs if each.get("name") == "stderr"]

    def bars(self, beginning: str, number: int = 0) -> list[str]:
        """Return the lines of the bars that the cell left."""
        shown = [
            output["data"]["text/plain"]
            for output in self.after(beginning, number)
            if "<progress" in output.get("data", {}).get("text/html", "")
        ]
        return [line for text in shown for line in text.splitlines()]


def test_the_quickstart_goes_the_whole_way(tmp_path: Path) -> None:
    done = Executed("quickstart", tmp_path)
    assert done.bars("hub.backfill(") == [
        "coinbase/BTC-USD: 45,000 of 45,000 trades (100 %)",
        "coinbase/ETH-USD: 15,000 of 15,000 trades (100 %)",
    ]
    assert done.bars("hub.transform()") == ["transform: 60,000 of 60,000 trades (100 %)"]
    assert "trade_ts" in done.text("trades.head()")
    assert "vwap" in done.text("average.tail")
    assert "image/png" in done.after("plt.show()")[-1]["data"]
    turnover = done.text("hub.sql(")
    assert re.search(r"BTC-USD +45,000 ", turnover)
    assert re.search(r"ETH-USD +15,000 ", turnover)
    assert "60,000 trades of 2 products, none missing, none twice" in done.text("hub.verify()")
    assert "<table>" in done.after("hub.verify()")[-1]["data"]["text/html"]
    assert done.text("hub.condition").startswith("coinbase/BTC-USD: 2 of 3 days complete (proved), 1 pending")
    assert done.errors == []


def test_the_backfill_is_interrupted_goes_on_and_is_proved(tmp_path: Path) -> None:
    done = Executed("backfill", tmp_path)
    assert "100,000" in done.text("dry_run=True")
    assert "stopped" in done.text("StopButton")
    (cut,) = done.bars("StopButton")
    assert "of 100,000 trades" in cut
    assert not FULL.search(cut)
    (rest,) = done.bars("rest =")
    assert FULL.search(rest), rest
    assert "of 100,000" not in rest, "what was stored is not fetched again"
    assert re.search(r"BTC-USD +70001 +70005 +5 +open", done.text("hub.gaps()"))
    holed = done.text("hub.condition", 0)
    assert "1 holed" in holed
    assert "100,000 trades of 1 product, none missing, none twice" in done.text("proof")
    assert "holed" not in done.text("hub.condition", 1).splitlines()[0]
    assert done.text("len(trades)") == "(100000, 100000, 100000)"
    assert done.errors == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_one_line_leads_to_the_real_exchange(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert (
        sum(
            line.startswith('# hub = schemahub.open("lake")')
            for cell in code
            for line in cell.source.splitlines()
        )
        == 1
    )
