"""Every mistake gets one clear sentence and the right exit code; nothing is harmed (R8)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from truth import BTC, assert_raw_is

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_line import Done, Schemahub
    from truth import Serve

INGEST = ("ingest", "--product", BTC, "--since", "2d")

WRONG_USE = {
    "unknown exchange": (("ingest", "--exchange", "nowhere", "--product", BTC), "nowhere"),
    "no seed": (("ingest",), "update-seed"),
    "bad since": (("ingest", "--product", BTC, "--since", "yesterday"), "not a duration"),
    "bad start": (("backfill", "--product", BTC, "--start", "soon"), "not a time"),
    "no zone": (("backfill", "--product", BTC, "--start", "2026-01-01T12:00:00"), "needs a zone"),
    "start after end": (
        ("backfill", "--product", BTC, "--start", "2026-02-01", "--end", "2026-01-01"),
        "before its end",
    ),
    "no start": (("backfill", "--product", BTC), "--start"),
    "no workers": (("ingest", "--product", BTC, "--workers", "0"), "--workers"),
    "unknown command": (("injest",), "Did you mean 'ingest'"),
    "no configuration": (("status", "--config", "missing.yaml"), "missing.yaml"),
}


def assert_one_sentence(done: Done, code: int, says: str) -> None:
    """One line says it; a traceback never does."""
    assert done.code == code, f"{done.code}: {done.out}\n{done.err}"
    text = done.out + done.err
    assert "Traceback" not in text
    assert "unexpected error" not in text
    assert says in text, text
    errors = [line for line in done.err.splitlines() if line.lower().startswith("error")]
    assert len(errors) == (code == 2), done.err


@pytest.mark.parametrize(("arguments", "says"), WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use(tool: Schemahub, arguments: tuple[str, ...], says: str) -> None:
    assert_one_sentence(tool.run(*arguments), 2, says)
    assert not tool.lake.exists()


@pytest.mark.parametrize("product", ["NO-SUCH", "../../x", "BTC/USD", "btcusd"])
def test_unknown_product(quick: Schemahub, serve: Serve, product: str) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=1_000))
    quick = quick.given(connectors__coinbase__base_url=url)
    done = quick.run("ingest", "--product", product, "--product", BTC, "--since", "2d")
    assert_one_sentence(done, 1, product)
    assert_raw_is(quick.lake, exchange)
    assert not list(quick.folder.glob("x*"))


def test_unreachable_exchange(quick: Schemahub) -> None:
    quick = quick.given(connectors__coinbase__base_url="http://127.0.0.1:9", http__attempts=2)
    done = quick.run(*INGEST)
    assert_one_sentence(done, 1, "127.0.0.1:9")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ingest: [", "bad.yaml:"),
        ("ingest:\n  worker: 3\n", "Did you mean 'workers'"),
        ("ingest:\n  workers: many\n", "bad.yaml:2"),
        ("- a list\n", "holds a mapping"),
    ],
)
def test_bad_configuration(tool: Schemahub, text: str, says: str) -> None:
    (tool.folder / "bad.yaml").write_text(text)
    assert_one_sentence(tool.run("status", "--config", "bad.yaml"), 2, says)


@pytest.fixture
def filled(quick: Schemahub, serve: Serve) -> Schemahub:
    """The command on a lake with a thousand trades in raw, in the table and a seed."""
    _, url = serve(ProductSpec(id=BTC, trades=1_000))
    quick = quick.given(connectors__coinbase__base_url=url)
    for arguments in (("update-seed",), INGEST, ("transform",)):
        quick.must(*arguments)
    return quick


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("exchange: [", "mapping.yaml:"),
        ("exchange: coinbase\nstream: trades\nversion: 1\ncolums: {}\n", "columns"),
    ],
)
def test_bad_mapping(filled: Schemahub, text: str, says: str) -> None:
    (filled.folder / "mapping.yaml").write_text(text)
    done = filled.given(mappings__coinbase="mapping.yaml").run("transform", "--full")
    assert_one_sentence(done, 1, says)
    filled.must("verify", "--deep")


@pytest.mark.parametrize(
    ("pattern", "arguments"),
    [
        ("checkpoints/*/*.json", ("ingest", "--product", BTC)),
        ("unified_trades/v1/manifest.json", ("transform",)),
        ("unified_trades/v1/manifest.json", ("sql", "select count(*) from trades")),
        ("unified_trades/current.json", ("sql", "select count(*) from trades")),
        ("seeds/coinbase.json", ("ingest",)),
    ],
)
def test_written_by_a_newer_version(filled: Schemahub, pattern: str, arguments: tuple[str, ...]) -> None:
    (path,) = filled.lake.glob(pattern)
    newer = json.dumps({**json.loads(path.read_bytes()), "schema": 99})
    path.write_text(newer)
    done = filled.run(*arguments)
    assert done.code != 0
    assert_one_sentence(done, done.code, "newer schemahub")
    assert path.read_text() == newer


def test_the_checkpoint_of_another_lake(filled: Schemahub) -> None:
    (path,) = filled.lake.glob("checkpoints/*/*.json")
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps({**document, "product": "ETH-USD"}))
    done = filled.run(*INGEST)
    assert done.code != 0
    assert_one_sentence(done, done.code, "ETH-USD")


def test_a_lake_that_is_a_file(quick: Schemahub, serve: Serve) -> None:
    _, url = serve(ProductSpec(id=BTC, trades=100))
    quick.lake.write_text("mine")
    done = quick.given(connectors__coinbase__base_url=url).run(*INGEST)
    assert done.code != 0
    assert_one_sentence(done, done.code, str(quick.lake))
    assert quick.lake.read_text() == "mine"


@pytest.mark.parametrize("library", ["pyarrow", "duckdb"])
def test_a_library_that_is_not_installed(
    filled: Schemahub, tmp_path_factory: pytest.TempPathFactory, library: str
) -> None:
    hidden = tmp_path_factory.mktemp("hidden")
    (hidden / "sitecustomize.py").write_text(f"import sys\nsys.modules[{library!r}] = None\n")
    tool = filled.with_environment(PYTHONPATH=str(hidden))
    done = tool.run("sql", "select count(*) from trades")
    assert_one_sentence(done, 2, "pip install")


def test_an_answer_of_200_mb(quick: Schemahub, one_answer: Callable[[int], str]) -> None:
    url = one_answer(200 << 20)
    done = quick.given(connectors__coinbase__base_url=url, http__attempts=2).run(*INGEST)
    assert_one_sentence(done, 1, "at most")
    assert not list(quick.lake.glob("raw_*/*/*"))
