"""Environment variables that plugins brought."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from schemahub._config import load_settings
from schemahub._plugins import load_variable
from schemahub.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Install = Callable[..., Path]

POINT = "[schemahub.variables]\nACME_LOCKS = acme_locks\n"
BODY = """
import schemahub

@schemahub.hookimpl
def schemahub_variable(name, value):
    {}
"""
GOOD = BODY.format('return {"locks.provider": "acme", "lock_providers.acme.table": f"{name}={value}"}')


def test_a_variable_stands_for_settings(install: Install, tmp_path: Path) -> None:
    install("acme", POINT, acme_locks=GOOD)
    file = tmp_path / "hub.yaml"
    file.write_text("locks: {provider: objects}\n")
    settings = load_settings(file, environ={"ACME_LOCKS": "x"})
    assert settings.locks.provider == "acme"
    assert settings.lock_providers == {"acme": {"table": "ACME_LOCKS=x"}}
    both = load_settings(environ={"ACME_LOCKS": "x", "SCHEMAHUB_LOCKS__PROVIDER": "none"})
    assert both.locks.provider == "none"


def test_a_variable_that_is_not_set_imports_nothing(install: Install) -> None:
    install("acme", POINT, acme_locks="raise RuntimeError")
    assert load_settings(environ={"ACME_LOCKS": "", "OTHER": "x"}).locks.provider == "objects"
    assert "acme_locks" not in sys.modules


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise RuntimeError('broken')", "RuntimeError: broken"),
        ("", "returned no settings"),
        (BODY.format("return value"), "returned no settings"),
        (BODY.format("raise KeyError(name)"), "KeyError"),
    ],
)
def test_a_broken_plugin_is_named(install: Install, source: str, reason: str) -> None:
    install("acme", POINT, acme_locks=source)
    with pytest.raises(PluginError, match=rf"variable 'ACME_LOCKS' of acme 1\.0 cannot be used: .*{reason}"):
        load_settings(environ={"ACME_LOCKS": "x"})


def test_two_plugins_with_one_variable_are_both_refused(install: Install) -> None:
    install("acme", POINT, acme_locks=GOOD)
    install("rival", POINT)
    with pytest.raises(PluginError, match=r"2 distributions bring the variable 'ACME_LOCKS'"):
        load_variable("ACME_LOCKS", "x")
