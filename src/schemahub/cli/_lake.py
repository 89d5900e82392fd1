"""Options that every command on a lake shares, and the run they lead to."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

import schemahub
from schemahub._clock import Stop
from schemahub.cli._output import advise, finish, leave, leave_to_next_run, show
from schemahub.cli._stopping import BY_PLATFORM, stopping
from schemahub.errors import Cancelled, ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from schemahub._config import Settings
    from schemahub.hub import Hub
    from schemahub.results import Result

F = TypeVar("F", bound="Callable[..., None]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """What the shared options said."""

    url: str | None
    bucket: str | None
    config: Path | None
    as_json: bool
    arguments: Mapping[str, object] = field(default_factory=dict)
    """Settings that further options stand for, by their dotted names."""

    def settings(self, environ: Mapping[str, str] = os.environ) -> Settings:
        """Load the settings; the lake comes from options, then the environment, then the file."""
        from schemahub._config import load_settings

        url = self.url or (_bucket_url(self.bucket) if self.bucket else None)
        if not environ.get("SCHEMAHUB_LAKE") and environ.get("S3_BUCKET"):
            environ = {**environ, "SCHEMAHUB_LAKE": _bucket_url(environ["S3_BUCKET"])}
        return load_settings(self.config, environ=environ, arguments={"lake": url, **self.arguments})

    def run(self, work: Callable[[Hub, Settings], Result]) -> None:
        """Open the lake, do the work, show its result, and exit as the result says."""
        self.show(self.result(work))

    def resume(self, work: Callable[[Hub, Settings], Result]) -> None:
        """Do as `run` does, for work that the next run goes on with: a platform's stop is no failure of it.

        Stopped by SIGTERM and for no other reason, it says so and exits 0 (docs/decisions/0017).
        """
        stop = Stop()
        try:
            result = self.result(work, stop)
        except Cancelled:
            if stop.reason != BY_PLATFORM:
                raise
            leave_to_next_run(stop.reason)
        show(result, as_json=self.as_json)
        if not self.as_json:
            advise(result)
        if result.stopped and stop.reason == BY_PLATFORM:
            leave_to_next_run(stop.reason)
        leave(result)

    def result(self, work: Callable[[Hub, Settings], Result], stop: Stop | None = None) -> Result:
        """Open the lake and do the work, with progress on the terminal and a stop on signals."""
        settings = self._settings_of_lake()
        stop = stop or Stop()
        with stopping(stop):
            return work(_opened(settings, stop), settings)

    def _settings_of_lake(self) -> Settings:
        settings = self.settings()
        if not settings.lake:
            msg = "no lake is given"
            raise ConfigError(msg, hint="Use --lake ./lake, or set SCHEMAHUB_LAKE.")
        return settings

    def watch(self, take: Callable[[Hub], Result], seconds: float) -> None:
        """Open the lake and draw what `take` returns every so many seconds, until a signal; exit 0 then."""
        from schemahub._clock import SystemClock
        from schemahub.cli._watching import watch

        stop = Stop()
        with stopping(stop, quiet=True):
            hub = _opened(self._settings_of_lake(), stop)
            watch(lambda: take(hub), seconds, SystemClock(), stop)

    def show(self, result: Result) -> None:
        """Print a result and exit 0 if it is complete, 1 if not."""
        finish(result, as_json=self.as_json)


def _opened(settings: Settings, stop: Stop) -> Hub:
    # Before pyarrow and numpy are imported. Arrow's own allocator hands memory back to the system after each
    # batch, and asks for it again: a fifth of a transform's processor time. The threads of numpy's linear
    # algebra wait for work by turning round and round, a tenth of a second each; there never is any.
    for name, value in {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}.items():
        os.environ.setdefault(name, value)
    return schemahub.open(settings.lake or "", settings=settings, stop=stop)


def lake_options(function: F) -> Callable[..., None]:
    """Add `--lake`, `--s3-bucket`, `--config` and `--json`; the command gets them as one `Lake`."""

    @click.option("--lake", "url", metavar="URL", help="Path or URL of the lake [env: SCHEMAHUB_LAKE].")
    @click.option(
        "--s3-bucket", "bucket", metavar="B", help="Short for --lake s3://B/schemahub [env: S3_BUCKET]."
    )
    @click.option(
        "--config",
        type=click.Path(path_type=_path_type()),
        metavar="FILE",
        help="YAML file with settings [env: SCHEMAHUB_CONFIG].",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    @functools.wraps(function)
    def wrapped(
        *,
        url: str | None,
        bucket: str | None,
        config: Path | None,
        as_json: bool,
        **options: Any,  # noqa: ANN401
    ) -> None:
        if url and bucket:
            msg = "--lake and --s3-bucket exclude each other."
            raise click.UsageError(msg)
        function(Lake(url=url, bucket=bucket, config=config, as_json=as_json), **options)

    return wrapped


def executor_options(function: F) -> Callable[..., None]:
    """Add the options that say where units of work are done; stands below `lake_options`."""

    @click.option("--executor", "name", metavar="NAME", help="Where units are done: inline, threads, dask.")
    @click.option("--executor-address", "address", metavar="URL", help="Where the executor's workers are.")
    @click.option(
        "--executor-workers", "workers_wanted", type=click.IntRange(1), help="Units done at the same time."
    )
    @functools.wraps(function)
    def wrapped(
        lake: Lake,
        *,
        name: str | None,
        address: str | None,
        workers_wanted: int | None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        said = {"executor.name": name, "executor.address": address, "executor.workers": workers_wanted}
        function(replace(lake, arguments={**lake.arguments, **said}), **options)

    return wrapped


def _path_type() -> type[Path]:
    from pathlib import Path

    return Path


def _bucket_url(bucket: str) -> str:
    return f"s3://{bucket}/schemahub"
