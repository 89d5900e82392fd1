"""What is on the page whoever opens it, also for what no lake should have."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from html.parser import HTMLParser
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from chromium import chromium, installed
from made import facts
from planted_lake import BTC, ETH, SickLake

import schemahub
from schemahub._report.page import render
from schemahub._report.problems import problems_of, verdict
from schemahub._report.series import json_for_html, rounded
from schemahub._report.wording import size
from schemahub.errors import ConfigError, MissingExtra
from schemahub.settings import QualitySettings

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub._report.facts import Facts

pytest.importorskip("jinja2", reason="a report takes the extra `report`")
HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>"
MOST_BYTES = 3_000_000
VENDORED = {
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uPlot.LICENSE": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}


class Seen(HTMLParser):
    """What elements a page has, and which texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def count(self, tag: str) -> int:
        return sum(found == tag for found, _ in self.tags)


def page_of(found: Facts) -> str:
    return render(found, problems_of(found), QualitySettings())


@pytest.mark.parametrize("name", VENDORED)
def test_what_is_not_ours_is_as_it_was_published(name: str) -> None:
    data = files("schemahub._report").joinpath("assets", name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == VENDORED[name]


def test_the_page_stands_alone() -> None:
    seen = Seen(page_of(facts([BTC], 30)))
    loading = [
        (tag, name)
        for tag, attributes in seen.tags
        for name in attributes
        if name in {"src", "srcset", "data", "action"} or (name == "href" and tag != "a")
    ]
    assert loading == []
    links = [attributes["href"] for tag, attributes in seen.tags if tag == "a"]
    assert links
    assert all(str(link).startswith("#") for link in links)


def test_the_policy_names_exactly_the_scripts_of_the_page() -> None:
    page = page_of(facts([BTC], 3))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;") or policy[1].startswith("default-src 'none'")
    assert policy[1].count("sha256-") == 2
    assert Seen(page).count("script") == 3, "two, and the data, which is no script"


def test_names_and_errors_are_text_and_nothing_else() -> None:
    plain, hostile = facts([BTC], 30), facts([HOSTILE], 30, error=HOSTILE)
    page = page_of(hostile)
    assert "<script>document" not in page
    assert "<img" not in page
    assert Seen(page).count("script") == Seen(page_of(plain)).count("script")
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert data["products"] == [f"coinbase/{HOSTILE}"]


def test_they_harm_nobody_in_a_browser(tmp_path: Path) -> None:
    program = installed()
    if program is None:
        pytest.skip("no Chromium is installed")
    path = tmp_path / "hostile.html"
    path.write_text(page_of(facts([HOSTILE], 30, error=HOSTILE)), encoding="utf-8")
    with chromium(program) as tab:
        tab.show(390, 844)
        tab.open(path)
        assert tab.value("document.documentElement.dataset.drawn") == "yes"
        assert "taken" not in tab.value("document.title")
        assert tab.value("document.querySelectorAll('img').length") == 0
        assert tab.value("document.documentElement.scrollWidth") == 390
        assert HOSTILE in tab.value("document.querySelector('#products td').textContent")
        assert tab.errors == []


def test_fifty_products_of_a_year_stay_small() -> None:
    page = page_of(facts([f"COIN{number}-USD" for number in range(50)], 365))
    assert 1_000_000 < len(page.encode()) < MOST_BYTES
    assert Seen(page).count("svg") < 60, "one picture a product"


def test_an_empty_lake_says_so(tmp_path: Path) -> None:
    hub = schemahub.open("memory://report-empty")
    result = hub.report(tmp_path / "empty.html")
    assert not result.complete
    assert "The lake is empty" in (tmp_path / "empty.html").read_text(encoding="utf-8")


def test_a_product_that_cannot_be_read_leaves_the_others(lake: SickLake, tmp_path: Path) -> None:
    page = page_of_damaged(lake, f"checkpoints/coinbase_trades/{ETH}.json", tmp_path / "damaged.html")
    assert "the checkpoint is damaged" in page
    assert f"coinbase/{BTC}" in page
    assert "1 product not readable" in page, "its gaps"
    assert "This part could not be looked at" not in page


def test_a_part_that_cannot_be_had_leaves_the_others(lake: SickLake, tmp_path: Path) -> None:
    page = page_of_damaged(lake, "unified_trades/current.json", tmp_path / "damaged.html")
    assert "This part could not be looked at" in page
    assert "<h3>Gaps</h3>" in page, "they are the checkpoints'"


def page_of_damaged(lake: SickLake, key: str, path: Path) -> str:
    """Return the page of a copy of the lake in which an object is damaged."""
    sick = schemahub.open(f"memory://report-damaged-{key}", clock=lake.clock)
    for info in lake.hub.lake.store.list(""):
        sick.lake.store.put_new(info.key, lake.hub.lake.store.get(info.key).data)
    sick.lake.store.delete(key)
    sick.lake.store.put_new(key, b"{")
    assert not sick.report(path, days=120).complete
    return path.read_text(encoding="utf-8")


def test_the_verdict_is_no_better_than_the_worst() -> None:
    assert verdict(facts([], 1), ())[0] == "empty"
    holed = facts([BTC], 60)
    assert verdict(holed, problems_of(holed))[0] == "problem"
    assert verdict(facts([BTC], 5), problems_of(facts([BTC], 5)))[0] == "good"
    failing = facts([BTC], 5, error="down")
    levels = [problem.level.value for problem in problems_of(failing)]
    assert levels == sorted(levels)
    assert "last ingest of coinbase" in [problem.where for problem in problems_of(failing)]


def test_only_what_is_asked_for(lake: SickLake, tmp_path: Path) -> None:
    path = tmp_path / "one.html"
    result = lake.hub.report(path, products=[BTC], days=20)
    assert [stream.product for stream in result.products] == [BTC]  # type: ignore[attr-defined]  # a ReportResult
    assert f"coinbase/{ETH}" not in path.read_text(encoding="utf-8")
    assert "20 days, since" in path.read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match="nothing is stored of this product"):
        lake.hub.report(path, products=["NO-USD"])
    with pytest.raises(ConfigError, match="at least one day"):
        lake.hub.report(path, days=0)


def test_a_hole_that_the_exchange_has_may_be_accepted(lake: SickLake, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert not lake.hub.report(path, products=[BTC]).complete
    assert lake.hub.report(path, products=[BTC], allow_confirmed=True).complete


def test_it_is_written_whole_or_not_at_all(lake: SickLake, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="could not be written"):
        lake.hub.report(tmp_path / "missing" / "report.html", products=[BTC], days=2)
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    lake.hub.report(path, products=[BTC], days=2)
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [found.name for found in tmp_path.iterdir()] == ["report.html"]


def test_without_the_extra_one_sentence_says_what_to_install(
    lake: SickLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.setattr("schemahub._lake.extras.find_spec", lambda name: None if name == "jinja2" else name)
    with pytest.raises(MissingExtra, match=re.escape("pip install 'schemahub[report]'")):
        lake.hub.report(tmp_path / "report.html")


def test_numbers_and_texts_of_the_data() -> None:
    assert rounded(68_123.456789) == 68_123.46
    assert rounded(5.0) == 5
    assert [rounded(value) for value in (None, float("nan"), float("inf"))] == [None, None, None]
    assert json.loads(json_for_html({"a": "<&>\u2028"})) == {"a": "<&>\u2028"}
    assert not set("<>&\u2028") & set(json_for_html({"a": "<&>\u2028"}))
    assert [size(number) for number in (0, 999, 1_400_000, 15_000_000_000)] == [
        "0 bytes",
        "999 bytes",
        "1.4 MB",
        "15 GB",
    ]
