from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from schemahub._plugins import PluginInfo, installed, load, problem
from schemahub.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Install = Callable[..., Path]

POINT = "[schemahub.lock_providers]\nfake = fake_locks\n"
GOOD = """
import schemahub
from schemahub.lock import LockProvider

class Fake(LockProvider):
    def __init__(self): ...
    def acquire(self, name, owner, ttl_seconds, now_ns): ...
    def renew(self, lease, ttl_seconds, now_ns): ...
    def release(self, lease): ...
    def holder(self, name): ...

@schemahub.hookimpl
def schemahub_lock_provider():
    return Fake
"""


def info_of(name: str) -> PluginInfo:
    return next(info for info in installed() if info.name == name)


def refusal(name: str = "fake") -> str:
    with pytest.raises(PluginError) as caught:
        load("lock_providers", name)
    return str(caught.value)


def test_what_is_installed_is_known_without_importing(install: Install) -> None:
    install("fake-dist", POINT, fake_locks=GOOD)
    assert str(info_of("fake")) == "lock provider 'fake' of fake-dist 1.0"
    assert "fake_locks" not in sys.modules


def test_loading_imports_one_module_and_returns_its_class(install: Install) -> None:
    bad = "raise RuntimeError('imported')"
    install("fake-dist", f"{POINT}other = other_locks\n", fake_locks=GOOD, other_locks=bad)
    assert load("lock_providers", "fake").__name__ == "Fake"
    assert "other_locks" not in sys.modules


def test_an_unknown_name_gets_a_suggestion_and_the_names_there_are(install: Install) -> None:
    install("fake-dist", POINT, fake_locks=GOOD)
    text = refusal("fkae")
    assert "unknown lock provider 'fkae' (expected one of " in text
    assert text.endswith("Did you mean 'fake'?")
    assert "pip install schemahub-zookeeper" in refusal("zookeeper")


def test_two_distributions_with_one_name_are_both_named(install: Install) -> None:
    install("fake-dist", POINT, fake_locks=GOOD)
    install("rival-dist", POINT)
    assert "rival-dist 1.0 and fake-dist 1.0" in refusal()


def test_a_shadowed_distribution_is_not_a_rival(install: Install) -> None:
    install("fake-dist", POINT, fake_locks=GOOD)
    install("Fake_Dist", POINT, fake_locks=GOOD)
    assert load("lock_providers", "fake").__name__ == "Fake"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
        ("def (", "SyntaxError"),
        ("", "its module implements no hook 'schemahub_lock_provider'"),
        (GOOD.replace("return Fake", "return int"), "returned no subclass of LockProvider"),
        (GOOD.replace("return Fake", "return Fake()"), "returned no subclass of LockProvider"),
        (GOOD.replace("return Fake", "return None"), "returned no subclass of LockProvider"),
        (GOOD.replace("def holder", "def keeper"), "Fake lacks methods of LockProvider: holder"),
        (GOOD.replace("provider():", "provider(surprise):"), "PluginValidationError"),
        (GOOD.replace("return Fake", "return 1 / 0"), "ZeroDivisionError: division by zero"),
        (
            GOOD + "API_LEVEL = 99",
            "it was made for API level 99, this schemahub has level 1. Upgrade schemahub.",
        ),
        (GOOD + "API_LEVEL = 0", "this schemahub has level 1. Upgrade fake-dist."),
    ],
)
def test_a_broken_plugin_is_named_with_the_reason(install: Install, source: str, reason: str) -> None:
    install("fake-dist", POINT, fake_locks=source)
    text = refusal()
    assert text.startswith("lock provider 'fake' of fake-dist 1.0 cannot be used: ")
    assert reason in text
    assert reason in str(problem(info_of("fake")))


def test_strict_mode_shows_the_author_the_original(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMAHUB_PLUGINS_STRICT", "1")
    install("fake-dist", POINT, fake_locks="import no_such_module")
    with pytest.raises(ModuleNotFoundError):
        load("lock_providers", "fake")


def test_a_command_is_an_instance(install: Install) -> None:
    source = """
import click, schemahub
@schemahub.hookimpl
def schemahub_command():
    return click.Command("hello")
"""
    points = "[schemahub.commands]\nhello = hello_command\nbad = bad_command\n"
    install(
        "fake-dist", points, hello_command=source, bad_command=source.replace('click.Command("hello")', "7")
    )
    assert load("commands", "hello").name == "hello"
    assert "returned no Command (found 7)" in str(problem(info_of("bad")))
