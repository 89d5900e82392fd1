from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import schemahub
from schemahub.cli._group import cli
from schemahub.results import Grid, Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result as Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeResult(Result):
    good: bool = True
    cut_short: bool = False

    @property
    def stopped(self) -> bool:
        return self.cut_short

    @property
    def complete(self) -> bool:
        return self.good

    def headline(self) -> str:
        return "all good" if self.good else "1 product failed"

    def grids(self) -> tuple[Grid, ...]:
        rows = (("BTC-USD", 1_234, 0.5), ("[red]", None, 1e-8))
        return (Grid(title="products", columns=("product", "trades", "price"), rows=rows),)


@dataclass
class FakeHub:
    """Records what the command line asks of a hub, and answers with `result` or raises `error`."""

    calls: list[tuple[str, tuple[object, ...], dict[str, object]]] = field(default_factory=list)
    opened: dict[str, Any] = field(default_factory=dict)
    result: Result = field(default_factory=FakeResult)
    error: BaseException | None = None
    during: Callable[[], None] | None = None

    def open(self, url: str, **rest: object) -> FakeHub:
        self.opened = {"url": url, **rest}
        return self

    @staticmethod
    def incomplete() -> Result:
        return FakeResult(good=False)

    @staticmethod
    def stopped() -> Result:
        return FakeResult(good=False, cut_short=True)

    def __getattr__(self, name: str) -> Callable[..., Result]:
        def method(*args: object, **options: object) -> Result:
            self.calls.append((name, args, options))
            if self.during:
                self.during()
            if self.error:
                raise self.error
            return self.result

        return method


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    fake = FakeHub()
    monkeypatch.setitem(vars(schemahub), "open", fake.open)
    for name in ("S3_BUCKET", "SCHEMAHUB_LAKE", "SCHEMAHUB_CONFIG", "SCHEMAHUB_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return fake


@pytest.fixture
def run() -> Callable[..., Outcome]:
    """Run the command line in this process."""

    def call(*args: str, text: str | None = None, env: dict[str, str] | None = None) -> Outcome:
        return CliRunner().invoke(cli, args, input=text, env=env)

    return call
