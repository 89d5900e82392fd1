"""`report`: gather, judge, render, write."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from schemahub._lake.extras import require, require_sql
from schemahub._report.gather import gather
from schemahub._report.problems import problems_of, verdict
from schemahub._report.result import ReportResult
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from schemahub._report.gather import ReportJob

_MODE = 0o644


def report(job: ReportJob, path: str | Path) -> ReportResult:
    """Write the page to `path`, whole or not at all, in place of what is there."""
    require("jinja2", "'schemahub[report]'")
    require_sql()
    from schemahub._report.page import render

    facts = gather(job)
    problems = problems_of(facts)
    data = render(facts, problems, job.settings).encode()
    target = Path(path).expanduser()
    _write(target, data)
    _, sentence = verdict(facts, problems)
    return ReportResult(
        path=str(target), bytes=len(data), verdict=sentence, products=facts.streams, problems=problems
    )


def _write(target: Path, data: bytes) -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".report-", delete=False) as file:
            file.write(data)
        Path(file.name).chmod(_MODE)
        Path(file.name).replace(target)
    except OSError as error:
        msg = "the report could not be written"
        raise ConfigError(msg, where=str(target), found=error.strerror or str(error)) from error
