"""A disk that is full, or may only be read: one clear sentence, nothing harmed, and the next run goes on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from truth import BTC, assert_raw_is, raw_lines

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import Schemahub
    from truth import Serve

INGEST = ("ingest", "--product", BTC, "--since", "2d")
Remount = Callable[[str], None]


@pytest.fixture
def remount(quick: Schemahub) -> Iterator[Remount]:
    """Make the lake a small disk of its own; each call mounts it again with other options."""
    quick.lake.mkdir()

    def mount(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(quick.lake)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own

    try:
        if shutil.which("mount") is None:
            pytest.skip("there is no mount command here")
        mount("size=200k")
    except subprocess.CalledProcessError:
        pytest.skip("mounting a small disk needs root")
    yield lambda options: mount(f"remount,{options}")
    subprocess.run(["umount", str(quick.lake)], check=True)  # noqa: S603, S607 - our own


def test_a_full_disk(quick: Schemahub, serve: Serve, remount: Remount) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=60_000))
    tool = quick.given(connectors__coinbase__base_url=url)
    done = tool.run(*INGEST)
    assert (done.code, "Traceback" in done.err) == (1, False), done.err
    assert f"the disk of {tool.lake} is full" in done.out
    assert 0 < len(raw_lines(tool.lake)) < 60_000
    remount("size=64m")
    tool.must(*INGEST)
    assert_raw_is(tool.lake, exchange)
    tool.must("verify")


def test_a_disk_that_may_only_be_read(quick: Schemahub, serve: Serve, remount: Remount) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=2_000))
    tool = quick.given(connectors__coinbase__base_url=url)
    remount("size=64m")
    tool.must(*INGEST)
    before = _content(tool.lake)
    remount("ro,size=64m")
    exchange.advance(500)
    done = tool.run(*INGEST)
    assert (done.code, "Traceback" in done.err) == (1, False), done.err
    assert "read-only" in done.out
    tool.must("verify")
    seeded = tool.run("update-seed")
    assert (seeded.code, "read-only" in seeded.err) == (2, True), seeded.err
    assert _content(tool.lake) == before
    remount("rw,size=64m")
    tool.must(*INGEST)
    assert_raw_is(tool.lake, exchange)


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
