from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from schemahub.errors import Cancelled, ConfigError, IntegrityError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result as Outcome
    from tests.unit.cli.conftest import FakeHub

    Run = Callable[..., Outcome]


@pytest.mark.parametrize(
    ("args", "env", "url"),
    [
        (["--lake", "a"], {"SCHEMAHUB_LAKE": "b", "S3_BUCKET": "c"}, "a"),
        (["--s3-bucket", "a"], {"SCHEMAHUB_LAKE": "b"}, "s3://a/schemahub"),
        ([], {"SCHEMAHUB_LAKE": "b", "S3_BUCKET": "c"}, "b"),
        ([], {"S3_BUCKET": "c"}, "s3://c/schemahub"),
    ],
)
def test_the_lake_comes_from_options_then_the_environment(
    hub: FakeHub, run: Run, args: list[str], env: dict[str, str], url: str
) -> None:
    assert run("status", *args, env=env).exit_code == 0
    assert hub.opened["url"] == url


def test_the_file_comes_last(hub: FakeHub, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hub.yaml"
    file.write_text("lake: from-file\nexchange: kraken\n")
    assert run("ingest", "--config", str(file)).exit_code == 0
    assert hub.opened["url"] == "from-file"
    assert hub.opened["settings"].exchange == "kraken"
    assert run("status", "--config", str(file), env={"S3_BUCKET": "c"}).exit_code == 0
    assert hub.opened["url"] == "s3://c/schemahub"


def test_no_lake_or_two_are_wrong_use(hub: FakeHub, run: Run) -> None:
    outcome = run("status")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == "error: no lake is given. Use --lake ./lake, or set SCHEMAHUB_LAKE.\n"
    assert run("status", "--lake", "a", "--s3-bucket", "b").exit_code == 2
    assert hub.opened == {}


def test_json_is_one_document(hub: FakeHub, run: Run) -> None:
    outcome = run("status", "--lake", "a", "--json")
    assert json.loads(outcome.stdout) == {"command": "status", **hub.result.document(), "next": []}
    assert outcome.stderr == ""


def test_an_incomplete_result_is_printed_and_exits_1(hub: FakeHub, run: Run) -> None:
    hub.result = hub.incomplete()
    outcome = run("status", "--lake", "a")
    assert outcome.exit_code == 1
    assert outcome.stdout == str(hub.result) + "\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [(ConfigError("no"), 2), (MissingExtra("no"), 2), (IntegrityError("no"), 1), (Cancelled("no"), 1)],
)
def test_an_error_is_one_line_and_an_exit_code(hub: FakeHub, run: Run, error: Exception, code: int) -> None:
    hub.error = error
    outcome = run("status", "--lake", "a")
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (code, "", "error: no\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_the_run_to_stop_and_the_result_is_still_shown(
    hub: FakeHub, run: Run, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    hub.during = lambda: os.kill(os.getpid(), number)
    hub.result = hub.incomplete()
    outcome = run("ingest", "--lake", "a")
    assert hub.opened["stop"].reason == f"stopped by {number.name}"
    assert (outcome.exit_code, outcome.stdout) == (1, str(hub.result) + "\n")
    assert signal.getsignal(number) is before


@pytest.mark.parametrize(
    ("number", "command", "code"),
    [
        (signal.SIGTERM, "ingest", 0),
        (signal.SIGTERM, "backfill --start 2026-01-01", 0),
        (signal.SIGTERM, "transform", 0),
        (signal.SIGTERM, "compact", 0),
        (signal.SIGTERM, "verify", 1),  # a proof that was not made is none
        (signal.SIGINT, "ingest", 1),
    ],
)
@pytest.mark.parametrize("raised", [False, True])
def test_only_a_platforms_stop_of_work_that_goes_on_exits_0(  # noqa: PLR0913 - a table of cases
    hub: FakeHub, run: Run, number: signal.Signals, command: str, code: int, *, raised: bool
) -> None:
    hub.during = lambda: os.kill(os.getpid(), number)
    hub.result = hub.stopped()
    hub.error = Cancelled("stopped") if raised else None
    outcome = run(*command.split(), "--lake", "a")
    assert outcome.exit_code == code
    assert outcome.stdout == ("" if raised else str(hub.result) + "\n")
    assert ("the next run goes on" in outcome.stderr) == (code == 0)


def test_a_failure_beside_the_stop_is_still_a_failure(hub: FakeHub, run: Run) -> None:
    hub.during = lambda: os.kill(os.getpid(), signal.SIGTERM)
    hub.result = hub.incomplete()
    assert run("ingest", "--lake", "a").exit_code == 1
    hub.error = IntegrityError("no")
    assert run("ingest", "--lake", "a").exit_code == 1


def test_a_run_that_ends_before_the_signal_tells_is_what_it_is(hub: FakeHub, run: Run) -> None:
    hub.during = lambda: os.kill(os.getpid(), signal.SIGTERM)
    outcome = run("transform", "--lake", "a")
    assert (outcome.exit_code, "the next run" in outcome.stderr) == (0, False)


def test_a_stop_at_max_minutes_is_incomplete(hub: FakeHub, run: Run) -> None:
    hub.during = lambda: hub.opened["stop"].set("stopped after 1 minutes")
    hub.result = hub.stopped()
    assert run("ingest", "--lake", "a").exit_code == 1
