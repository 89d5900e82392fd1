"""The example's project, as whoever copies it runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("dagster", reason="the example needs Dagster: nox -s dagster")
pytest.importorskip("schemahub_dagster", reason="pip install -e plugins/schemahub-dagster: nox -s dagster")
pytest.importorskip("schemahub_coinbase", reason="trades come from a connector: schemahub-coinbase")
pytest.importorskip("schemahub_mapping", reason="rows come from a mapping: schemahub-mapping")

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

EXAMPLE = Path(__file__).parents[3] / "examples" / "dagster-lake"
pytestmark = pytest.mark.skipif(
    not EXAMPLE.exists(), reason="the example is in the repository, not in the distribution"
)
FILES = ("definitions.py", "materialize.py", "hub.yaml", "dagster.yaml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what is in the repository, without what somebody's runs left there."""
    for name in FILES:
        shutil.copy(EXAMPLE / name, tmp_path / name)
    return tmp_path


def materialized(project: Path, url: str) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMAHUB_")}
    environment = {
        **ours,
        "DAGSTER_HOME": str(project),
        "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": url,
        "SCHEMAHUB_CONNECTORS__COINBASE__REQUESTS_PER_SECOND": "1000",
    }
    command = [sys.executable, "materialize.py"]
    return subprocess.run(  # noqa: S603 - our own
        command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("hole", [range(0), range(1_000, 1_010)], ids=["whole", "gap"])
def test_every_partition_is_judged_and_a_gap_is_named(project: Path, hole: range) -> None:
    specs = [
        ProductSpec(id=name, trades=3_000, history_seconds=6 * 86_400) for name in ("BTC-USD", "ETH-USD")
    ]
    exchange = SimulatedCoinbase(specs, knobs=Knobs(requests_per_second=0, max_age_seconds=0))
    exchange.log("ETH-USD").remove(hole)
    with SimulatorServer(exchange) as server:
        done = materialized(project, server.url)
    lines = done.stdout.splitlines()
    assert len(lines) == 2 * 3 + 1, done.stderr
    bad = [line for line in lines if not line.startswith("ok ")]
    if not hole:
        assert (done.returncode, bad) == (0, [])
        return
    assert done.returncode == 1
    assert [line[:5] for line in bad] == ["ERROR", "ERROR"]
    assert "coinbase/ETH-USD on " in bad[0]
    assert all("1000..1009" in line for line in bad)
    assert "telemetry" not in done.stderr.lower()
