from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._plugins import PluginInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result as Outcome

    Run = Callable[..., Outcome]

GOOD = PluginInfo(kind="tables", name="good", distribution="a", version="1", module="m")
BAD = PluginInfo(kind="tables", name="bad", distribution="b", version="2", module="n")


@pytest.fixture(autouse=True)
def _two_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemahub.cli.plugins.installed", lambda: (GOOD, BAD))
    monkeypatch.setattr(
        "schemahub.cli.plugins.problem", lambda info: None if info is GOOD else "bad: no luck"
    )


def test_listing_tries_none(run: Run) -> None:
    outcome = run("plugins")
    assert outcome.exit_code == 0
    assert "2 plugins (not tried: see --check)" in outcome.stdout
    assert "state" not in outcome.stdout


def test_checking_reports_each_and_fails_for_a_broken_one(run: Run) -> None:
    outcome = run("plugins", "--check")
    assert outcome.exit_code == 1
    assert "2 plugins, 1 broken" in outcome.stdout
    assert "good  a             1        ok" in outcome.stdout
    assert "bad   b             2        broken" in outcome.stdout
    assert "bad: no luck" in outcome.stdout
