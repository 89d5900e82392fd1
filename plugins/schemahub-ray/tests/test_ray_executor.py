"""Units on Ray's workers, also when one is killed."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("ray", reason="the executor needs Ray: nox -s ray")

from ray import cloudpickle

from schemahub._clock import Stop
from schemahub._executing.outcomes import outcomes
from schemahub.errors import ConfigError, NotFound
from schemahub.settings import ExecutorSettings
from schemahub_ray.executor import RayExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Workers cannot import a file of tests: its functions travel as they are.
cloudpickle.register_pickle_by_value(sys.modules[__name__])
pytestmark = pytest.mark.filterwarnings("default")  # Ray's own


@pytest.fixture(scope="module")
def executor() -> Iterator[RayExecutor]:
    """A cluster of two workers on this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with RayExecutor.open(ExecutorSettings(workers=2), {}) as opened:
            yield opened


def double(unit: int) -> int:
    return 2 * unit


def refuse(unit: int) -> int:
    msg = "no such thing"
    raise NotFound(msg, where=str(unit))


def die_once(flag: str) -> int:
    try:
        os.close(os.open(flag, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return os.getpid()
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_each_unit_has_an_outcome(executor: RayExecutor) -> None:
    assert executor.workers == 2
    found = outcomes(executor, double, range(9), tries=1, stop=Stop())
    assert {each.number: each.result() for each in found} == {number: 2 * number for number in range(9)}


def test_an_error_arrives_as_it_was_raised(executor: RayExecutor) -> None:
    (found,) = outcomes(executor, refuse, [7], tries=1, stop=Stop())
    assert isinstance(found.error, NotFound)
    assert str(found.error) == "7: no such thing"


def test_a_killed_worker_is_replaced(executor: RayExecutor, tmp_path: Path) -> None:
    (found,) = outcomes(executor, die_once, [str(tmp_path / "flag")], tries=2, stop=Stop())
    assert found.result() > 0


def test_no_cluster_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match="no Ray cluster answers"):
        RayExecutor.open(ExecutorSettings(address="127.0.0.1:9"), {})


def test_a_temporary_folder_where_ray_starts_no_worker_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path / "tmp"))
    with pytest.raises(ConfigError, match=r"starts no worker.*Set TMPDIR to another folder"):
        RayExecutor.open(ExecutorSettings(workers=2), {})
