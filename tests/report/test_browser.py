"""A report in a real browser: no error, no request, every number where a person reads it, on every window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chromium import Tab, chromium, installed
from planted_lake import BAD, BTC, ETH, HOLE, SOL, TWICE, SickLake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NONE = "no Chromium is installed: apt-get install --no-install-recommends chromium fonts-dejavu-core"
WINDOWS = [(390, 844), (1400, 900)]


@pytest.fixture(scope="module")
def page(lake: SickLake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    lake.hub.report(path, days=120)
    return path


@pytest.fixture(scope="module")
def tab(page: Path) -> Iterator[Tab]:
    program = installed()
    if program is None:
        pytest.skip(NONE)
    with chromium(program) as tab:
        tab.show(1400, 900)
        tab.open(page)
        yield tab


def text(tab: Tab, selector: str) -> str:
    return str(tab.value(f"document.querySelector({selector!r}).textContent.replace(/\\s+/g, ' ').trim()"))


def row_of(tab: Tab, section: str, first: str) -> list[str]:
    """Return the cells of the row of a section's first table that begins with a text."""
    found = tab.value(
        f"[...document.querySelectorAll('#{section} table')[0].rows].map(row => "
        "[...row.cells].map(cell => cell.textContent))"
    )
    return next(row for row in found if row[0] == first)


def test_it_draws_without_an_error_and_asks_for_nothing(tab: Tab, page: Path) -> None:
    assert tab.value("document.documentElement.dataset.drawn") == "yes"
    assert tab.value("document.querySelectorAll('.chart canvas').length") == 4
    assert tab.errors == []
    assert tab.requests == [page.resolve().as_uri()]


def test_whatever_it_tried_to_load_would_be_refused(tab: Tab) -> None:
    refused = "fetch('https://example.invalid/').then(() => 'sent', () => 'refused')"
    assert tab.value(refused) == "refused"
    assert any("Content Security Policy" in error for error in tab.errors)
    tab.errors.clear()
    tab.requests.clear()


def test_each_planted_fault_is_told_first(tab: Tab) -> None:
    told = text(tab, ".problems")
    assert f"coinbase/{BTC} gaps: confirmed" in told
    assert f"{HOLE[0]}..{HOLE[-1]} ({len(HOLE)} positions)" in told
    assert f"coinbase/{ETH} overlaps: {TWICE[0]}..{TWICE[1]} ({TWICE[1]} positions)" in told
    assert f"coinbase/{SOL} quarantine: {len(BAD)} trades" in told
    assert text(tab, "h1").startswith("✗")


def test_numbers_are_those_of_the_library(tab: Tab, lake: SickLake) -> None:
    rows = {row.stream.product: row for row in lake.hub.status().products}  # type: ignore[attr-defined]  # a StatusResult
    for product, row in rows.items():
        shown = row_of(tab, "products", f"coinbase/{product}")
        assert shown[4:7] == [f"{row.gaps:,}", f"{row.covered:,}", f"{row.table_rows:,}"]
        assert row_of(tab, "storage", f"coinbase/{product}")[1:3] == [
            f"{row.raw_files:,}",
            f"{row.raw_bytes:,}",
        ]
    assert row_of(tab, "products", f"coinbase/{BTC}")[1] == "NOT complete: gaps"
    assert row_of(tab, "products", f"coinbase/{ETH}")[8] == str(TWICE[1])
    assert row_of(tab, "products", f"coinbase/{SOL}")[7] == str(len(BAD))


def test_a_day_with_a_hole_is_drawn_and_told_when_pointed_at(tab: Tab, lake: SickLake) -> None:
    days = lake.hub.condition(BTC).days
    holed = [day.trade_date for day in days if day.state.value == "holed"]
    assert holed
    path = tab.value("document.querySelector('svg[data-product=\"0\"] path.holed').getAttribute('d')")
    assert path.count("M") == len(holed)
    told = tab.value(f"""(() => {{
      const svg = document.querySelector('svg[data-product="0"]'), place = svg.getScreenCTM();
      const days = (Date.parse('{holed[0]}') - Date.parse(svg.dataset.monday)) / 86400000;
      const point = new DOMPoint(Math.floor(days / 7) * 13 + 5, 14 + days % 7 * 13 + 5)
        .matrixTransform(place);
      svg.dispatchEvent(new PointerEvent('pointermove', {{clientX: point.x, clientY: point.y}}));
      return document.getElementById('tip').textContent;
    }})()""")
    assert told.startswith(f"{holed[0]}: holed")
    assert f"{HOLE[0]}..{HOLE[-1]}" in told


def test_the_table_of_a_chart_is_that_of_sql(tab: Tab, lake: SickLake) -> None:
    tab.value("document.getElementById('product').value = '1'")
    tab.value("document.getElementById('product').dispatchEvent(new Event('change'))")
    tab.value("document.getElementById('bars-table').open = true")
    tab.value("new Promise(done => setTimeout(done))")
    shown = tab.value(
        "[...document.querySelectorAll('#bars-table tbody tr')].map(row => "
        "[...row.cells].map(cell => cell.textContent))"
    )
    bars = lake.hub.sql(f"FROM ohlcv('{ETH}', '1 day') ORDER BY bucket DESC").rows
    assert len(shown) == len(bars) > 90
    for (day, trades, volume, low, high, _), bar in zip(shown, bars, strict=True):
        assert (day, trades) == (f"{bar[1]:%Y-%m-%d}", str(bar[7]))
        found = [float(number.replace(",", "")) for number in (volume, low, high)]
        assert found == pytest.approx([bar[6], bar[4], bar[3]], rel=1e-6)


def test_each_run_is_there_with_what_it_met(tab: Tab, lake: SickLake) -> None:
    cells = tab.value(
        "[...document.querySelectorAll('#runs tbody tr')].map(row => "
        "[...row.cells].map(cell => cell.textContent))"
    )
    ingests = [row for row in cells if row[1] == "ingest coinbase"]
    assert len(ingests) == 8
    assert sum(int(row[4]) for row in ingests) == sum(lake.exchange.requests.values())
    assert sum(int(row[8]) for row in ingests[:3]) > 0, "the last three met faults, and tried again"
    assert sum(int(row[8]) for row in ingests[3:]) == 0


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_nothing_is_wider_than_the_window_and_all_is_readable(
    tab: Tab, width: int, height: int, *, dark: bool
) -> None:
    tab.show(width, height, dark=dark)
    assert tab.value("document.documentElement.scrollWidth") == width
    assert tab.value(CONTRASTS) == []


def test_it_prints_on_paper_without_a_scroll_bar(tab: Tab, tmp_path: Path) -> None:
    tab.show(1400, 900)
    tab.printed(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").stat().st_size > 50_000
    assert tab.errors == []


CONTRASTS = """(() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => { const [r, g, b] = channels(colour).slice(0, 3).map(value => {
    const part = value / 255; return part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = element => { for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor, parts = channels(colour);
    if (parts.length < 4 || parts[3] === 1) return colour; } return 'rgb(255, 255, 255)'; };
  const poor = new Set();
  for (const element of document.querySelectorAll('main *, header *, footer *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest('svg')) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...poor];
})()"""
"""Texts whose contrast with what is behind them is below 4.5, as WCAG AA has it."""
