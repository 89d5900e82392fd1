from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from click.testing import CliRunner

from schemahub.cli._group import cli

if TYPE_CHECKING:
    from pathlib import Path


ROW = '{"trade_id":9,"side":"sell","size":"1","price":"453.6","time":"2016-05-12T15:00:02Z"}\n'
RUN = [sys.executable, "-m", "schemahub.cli", "simulate"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no simulation of this exchange (expected "),
        (["coinbase", "--fault", "sloow:0.1"], "Did you mean 'slow'?"),
        (["coinbase", "--fault", "slow:0.7", "--fault", "empty_200:0.7"], "more than 1"),
        (["coinbase", "--replay", "BTC-USD-gone.jsonl"], "BTC-USD-gone.jsonl: cannot read this file"),
        (["coinbase", "--replay", "trades.jsonl"], "Or give --product"),
        (["coinbase", "--replay", "a", "--product", "A-B", "--product", "C-D"], "expected 1, found 2"),
        (["coinbase", "--product", "A-B", "--product", "A-B"], "a product is given twice"),
    ],
)
def test_wrong_use_is_one_clear_sentence(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["simulate", *arguments])
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.splitlines()) == 1


def test_a_bad_line_is_named_by_number(tmp_path: Path) -> None:
    path = tmp_path / "BTC-USD.jsonl"
    path.write_text(ROW + "oops\n")
    result = CliRunner().invoke(cli, ["simulate", "coinbase", "--replay", str(path)])
    assert result.exit_code == 2
    assert "BTC-USD.jsonl:2: this line is no trade" in result.output


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli, ["simulate", "coinbase", "--port", str(port)])
    assert result.exit_code == 2
    assert f"cannot listen on port {port}" in result.output


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*RUN, "coinbase", *arguments], stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, name: str) -> None:
    path = tmp_path / "BTC-USD.jsonl"
    path.write_text(ROW)
    with start("--replay", str(path), "--json") as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        assert ready["products"] == ["BTC-USD"]
        assert httpx.get(f"{ready['url']}/products/BTC-USD/trades").text == f"[{ROW.strip()}]"
        os.kill(process.pid, getattr(signal, name))
        assert process.wait(10) == 0


def test_a_job_that_ignores_ctrl_c_can_be_stopped_by_it(tmp_path: Path) -> None:
    path = tmp_path / "BTC-USD.jsonl"
    path.write_text(ROW)
    deaf = "import os, sys, signal as s; s.signal(s.SIGINT, s.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", deaf, *RUN, "coinbase", "--replay", str(path), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_it_says_how_to_use_it(tmp_path: Path) -> None:
    path = tmp_path / "BTC-USD.jsonl"
    path.write_text(ROW)
    with start("--replay", str(path)) as process:
        assert process.stdout
        text = "".join(process.stdout.readline() for _ in range(8))
        process.terminate()
        assert process.wait(10) == 0
    assert "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL=http://127.0.0.1:" in text
    assert "backfill --start 2016-05-12 --end 2016-05-13 --exchange coinbase --product BTC-USD" in text
