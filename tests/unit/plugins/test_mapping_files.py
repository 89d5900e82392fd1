from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._plugins import installed, mapping_text, problem
from schemahub.errors import ConfigError, PluginError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Install = Callable[..., Path]

POINT = "[schemahub.mappings]\nfakex = fakex_package\n"


def test_a_mapping_is_read_from_the_package_that_ships_it(install: Install) -> None:
    folder = install("fake-dist", POINT)
    package = folder / "fakex_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "fakex.trades.yaml").write_text("version: 1\n")
    assert mapping_text("fakex") == ("version: 1\n", "fake-dist 1.0: fakex.trades.yaml")
    (info,) = (info for info in installed("mappings") if info.name == "fakex")
    assert problem(info) is None


def test_a_path_overrides_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("version: 2\n")
    assert mapping_text("no-such-exchange", file) == ("version: 2\n", str(file))


def test_a_path_that_cannot_be_read_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the mapping of 'fakex' cannot be read"):
        mapping_text("fakex", tmp_path / "none.yaml")


@pytest.mark.parametrize("modules", [{}, {"fakex_package": ""}, {"fakex_package": "1 / 0"}])
def test_a_package_without_the_file_is_a_broken_plugin(install: Install, modules: dict[str, str]) -> None:
    install("fake-dist", POINT, **modules)
    with pytest.raises(PluginError, match=r"of fake-dist 1\.0 cannot be used"):
        mapping_text("fakex")
