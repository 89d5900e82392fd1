"""What developers and the continuous integration run: `nox -l` lists it, `nox -s NAME` runs it."""

from __future__ import annotations

import os
import tempfile
from itertools import takewhile
from pathlib import Path

import nox

nox.needs_version = ">=2024.4"
nox.options.sessions = ["lint", "types", "tests", "contract"]
nox.options.error_on_missing_interpreters = False

EXTRAS = "parquet,sql,report,terminal"
PLUGINS = sorted(path.parent.as_posix() for path in Path("plugins").glob("*/pyproject.toml"))
WITH_DEV = {
    "plugins/schemahub-aws": [],
    "plugins/schemahub-hostile": ["plugins/schemahub-mapping"],
    "plugins/schemahub-iceberg": [],
}
"""Plugins whose tests need more than pytest, by their extra `dev`, and what of that is in this repository."""
HEAVY = ["plugins/schemahub-dagster", "plugins/schemahub-iceberg", "plugins/schemahub-ray"]
"""Plugins with a session of their own: what they stand on is larger than all the rest together."""
FOR_TESTS = ["plugins/schemahub-hostile"]
"""Plugins that nobody installs: they test the conformance kit."""
PYTHONS = ["3.11", "3.12", "3.13"]
BENCHES = [
    "ingest",
    "archive",
    "transform",
    "incremental",
    "compaction",
    "iceberg",
    "raw_format",
    "query",
    "layout",
    "aws_requests",
    "aws_cost",
    "scale",
    "scale_model",
]
PEERS = ["polars", "pandas", "numpy", "ccxt", "dlt", "orjson"]


def install(session: nox.Session, *requirements: str) -> None:
    """Install into the session's environment, if it has one of its own (`--no-venv`: it has none)."""
    if session.virtualenv.is_sandboxed:
        session.install("-q", "--disable-pip-version-check", *requirements)


def another(session: nox.Session, name: str, *requirements: str) -> str:
    """Return the interpreter of another environment beside the session's, for what must not meet in one."""
    home = Path(session.virtualenv.location) / name
    python = str(home / "bin" / "python")
    session.run("python", "-m", "venv", str(home))
    install = ("-m", "pip", "install", "-q", "--disable-pip-version-check")
    session.run(python, *install, *requirements, external=True)
    return python


def everything(extras: str = f"{EXTRAS},dev") -> list[str]:
    """Return the core and all plugins, from this folder; for developers, what their tests need as well."""
    light = [path for path in PLUGINS if path not in HEAVY]
    wanted = [path for path in light if "dev" in extras or path not in FOR_TESTS]
    plugins = [f"{path}[dev]" if "dev" in extras and path in WITH_DEV else path for path in wanted]
    return [argument for path in [f".[{extras}]", *plugins] for argument in ("-e", path)]


@nox.session
def demo(session: nox.Session) -> None:
    install(session, *everything(EXTRAS))
    session.run("schemahub", "demo", *session.posargs)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    install(session, *everything())
    session.run("python", "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    install(session, "ruff>=0.6")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    install(session, *everything())
    sources = [f"{path}/src" for path in PLUGINS]
    session.run("mypy", "src", *sources, "tests/typing_api.py", "tools/releasing")


@nox.session
def contract(session: nox.Session) -> None:
    install(session, *everything())
    session.run("python", "-m", "pytest", "-q", "tests/contract", *session.posargs)


@nox.session(python=[PYTHONS[0], PYTHONS[-1]])
@nox.parametrize("resolution", ["lowest-direct", "highest"])
@nox.parametrize("plugin", PLUGINS)
def plugins(session: nox.Session, plugin: str, resolution: str) -> None:
    """Test each distribution alone beside the core, at both ends of the versions it allows."""
    # pip cannot choose the lowest versions; uv can.
    session.install("-q", "uv")
    tested = f"{plugin}[dev]" if plugin in WITH_DEV else plugin
    folders = [".[terminal]", tested, *WITH_DEV.get(plugin, [])]
    wanted = [
        *(argument for path in folders for argument in ("-e", path)),
        "pytest>=8.2",
        "hypothesis>=6.100",
    ]
    session.run("uv", "pip", "install", "-q", "--resolution", resolution, *wanted)
    session.run("schemahub", "plugins", "--check")
    # pytest's 5: it collected nothing, as a distribution may not have tests of its own yet.
    session.run("python", "-m", "pytest", "-q", f"{plugin}", success_codes=[0, 5])


@nox.session
def weigh(session: nox.Session) -> None:
    """Hold the limits of a bare installation: distributions, megabytes, modules at import."""
    session.install("-q", "--disable-pip-version-check", ".")
    session.run("python", "bench/weigh.py")


@nox.session
def release(session: nox.Session) -> None:
    """Build every distribution, and prove it: `nox -s release -- dist` keeps what is to be published.

    Ours are installed from the wheels alone into a fresh environment, the demo runs there, and so do the
    tests that each sdist brings.
    """
    install(
        session,
        "hatchling>=1.24",
        "hatch-fancy-pypi-readme>=24.1",
        "packaging>=24.1",
        "readme-renderer[md]>=44",
        "twine>=6",
    )
    dist = Path(session.posargs[0] if session.posargs else session.create_tmp()).resolve()
    # Where TMPDIR lies in a virtual environment, as a session's does, Ray starts no worker, and waits.
    environment = {"PYTHONPATH": "tools", "TMPDIR": tempfile.gettempdir()}
    session.run("python", "-m", "releasing", str(dist), "--prove", env=environment)


@nox.session
def pictures(session: nox.Session) -> None:
    """Draw the terminal pictures of docs/pictures anew, from real runs."""
    install(session, *everything(EXTRAS), "pyte>=0.8")
    session.run("python", "-m", "picturing", "docs/pictures/demo.svg", env={"PYTHONPATH": "tools"})


@nox.session
def image(session: nox.Session) -> None:
    """Do what the Dockerfile does without Docker: build its environment, weigh it, and run tasks from it.

    The Lambdas' package is made of the same environment, and invoked.
    """
    install(session, *everything())
    # At a place that the image's user can reach.
    with tempfile.TemporaryDirectory(prefix="schemahub-image-") as folder:
        Path(folder).chmod(0o755)
        environment = f"{folder}/opt"
        session.run("docker/build.sh", environment, external=True)
        session.run("python", "bench/image.py", environment)
        tests = ["tests/image", "plugins/schemahub-aws/tests/container"]
        session.run(
            "python", "-m", "pytest", "-q", *tests, *session.posargs, env={"SCHEMAHUB_IMAGE": environment}
        )


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site strictly, hold it against the code, and do what the pages say.

    `nox -s docs -- build/site` leaves the site in that folder. The tutorial is followed from its first
    command on, into a new environment; with `--no-venv` only what the whole suite had to leave out is run.
    """
    install(session, *everything(f"{EXTRAS},dev,docs"))
    session.run("python", "-m", "pytest", "-q", "tests/contract/test_docs.py")
    if session.virtualenv.is_sandboxed:
        session.run("python", "-m", "pytest", "-q", "tests/docs", env={"SCHEMAHUB_DOCS_INSTALL": "1"})
    else:
        session.run("python", "-m", "pytest", "-q", "tests/docs/test_site.py", "tests/docs/test_blocks.py")
    if session.posargs:
        # Or the theme's advertisement of its successor would be printed.
        alone = {"NO_MKDOCS_2_WARNING": "1"}
        session.run("mkdocs", "build", "--strict", "--site-dir", *session.posargs, env=alone)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure, at a size for CI: all, or `nox -s bench -- transform query --rounds 1`."""
    names = [name.replace("-", "_") for name in takewhile(lambda text: text[:1] != "-", session.posargs)]
    options = session.posargs[len(names) :]
    unknown = sorted(set(names) - set(BENCHES))
    if unknown or (options and not names):
        session.error(f"name benches before their options: {', '.join(BENCHES)}; found {unknown or options}")
    tables = ["-e", "plugins/schemahub-iceberg"] if "iceberg" in names or not names else []
    install(session, *everything(), *PEERS, *tables)
    for name in names or BENCHES:
        if name == "transform":
            race(session, *options)
        else:
            session.run("python", f"bench/{name}.py", *options)


def race(session: nox.Session, *options: str) -> None:
    """Run ours in an environment of its own: pyarrow imports pandas wherever it finds it, 0.2 s each time."""
    if not session.virtualenv.is_sandboxed:
        session.run("python", "bench/transform.py", *options)
        return
    python = another(session, "ours", *everything(EXTRAS))
    peers = str(Path(session.virtualenv.location) / "bin" / "python")
    session.run(python, "bench/transform.py", "--peers-python", peers, *options, external=True)


@nox.session
def examples(session: nox.Session) -> None:
    """Run the examples that need more than the other tests: notebooks, in a real kernel, and readers."""
    install(session, *everything(f"{EXTRAS},examples,dev"))
    tests = [f"tests/examples/test_{name}.py" for name in ("kernel", "notebooks", "readers")]
    session.run("python", "-m", "pytest", "-q", *tests, *session.posargs)


@nox.session
def spark(session: nox.Session) -> None:
    """Read a lake with Spark, which needs Java and half a gigabyte."""
    install(session, *everything(), "pyspark>=4,<5")
    session.run(
        "python", "-m", "pytest", "-q", "tests/examples/test_readers.py", "-k", "spark", *session.posargs
    )


@nox.session
def soak(session: nox.Session) -> None:
    """Run the random tests long: `nox -s soak -- --hypothesis-seed=0` repeats one run."""
    install(session, *everything())
    environment = {"SOAK_EXAMPLES": "5000", "SOAK_KILLS": "200", "SOAK_TAKEOVERS": "50", "SOAK_STORMS": "10"}
    given = {name: os.environ.get(name, default) for name, default in environment.items()}
    session.run("python", "-m", "pytest", "-q", "-m", "soak", *session.posargs, env=given)


@nox.session
def terraform(session: nox.Session) -> None:
    """Check what terraform/ would make, with a stand-in for its provider.

    SCHEMAHUB_TERRAFORM_OFFLINE and TF_CLI_CONFIG_FILE name it; without them, all but the pages is skipped.
    """
    install(session, *everything())
    session.run("python", "-m", "pytest", "-q", "tests/terraform", *session.posargs)


@nox.session(name="aws-live")
def aws_live(session: nox.Session) -> None:
    """Test the AWS plugin on a real account: SCHEMAHUB_AWS_LIVE_BUCKET (and _TABLE, _PREFIX), AWS_REGION.

    Everything is made below a prefix of its own, and deleted. Without a bucket or credentials it is skipped.
    """
    install(session, *everything())
    live = "plugins/schemahub-aws/tests/live"
    # pytest's 5: all was skipped.
    session.run("python", "-m", "pytest", "-q", live, *session.posargs, success_codes=[0, 5])


@nox.session
def moto(session: nox.Session) -> None:
    """Test stores and locks on AWS against a second, independently written server, and with s3fs."""
    # An environment of its own: it pins botocore otherwise than the first server does. pip takes ten
    # minutes to find versions that agree, uv a moment.
    session.install("-q", "uv")
    wanted = [
        "-e",
        f".[{EXTRAS}]",
        "-e",
        "plugins/schemahub-aws[moto,s3fs]",
        "pytest>=8.2",
        "hypothesis>=6.100",
    ]
    session.run("uv", "pip", "install", "-q", *wanted)
    tests = [f"plugins/schemahub-aws/tests/{name}" for name in ("s3", "dynamodb", "test_settings.py")]
    environment = {"AWS_TEST_SERVER": "moto"}
    session.run("python", "-m", "pytest", "-q", *tests, *session.posargs, env=environment)


@nox.session
def dask(session: nox.Session) -> None:
    """Test the Dask executor on worker processes."""
    wanted = [f".[{EXTRAS}]", *(f"plugins/schemahub-{name}" for name in ("coinbase", "mapping", "dask"))]
    install(session, *(argument for path in wanted for argument in ("-e", path)), "pytest>=8.2")
    session.run("python", "-m", "pytest", "-q", "plugins/schemahub-dask", *session.posargs)


@nox.session
def ray(session: nox.Session) -> None:
    """Test the Ray executor, which is too heavy for all the others."""
    wanted = [f".[{EXTRAS}]", *(f"plugins/schemahub-{name}" for name in ("coinbase", "mapping", "ray"))]
    install(session, *(argument for path in wanted for argument in ("-e", path)), "pytest>=8.2")
    session.run("python", "-m", "pytest", "-q", "plugins/schemahub-ray", *session.posargs)


@nox.session
def dagster(session: nox.Session) -> None:
    """Test the Dagster assets and their example, which are too heavy for all the others."""
    wanted = [f".[{EXTRAS}]", *(f"plugins/schemahub-{name}" for name in ("coinbase", "mapping", "dagster"))]
    install(session, *(argument for path in wanted for argument in ("-e", path)), "pytest>=8.2")
    session.run("python", "-m", "pytest", "-q", "plugins/schemahub-dagster", *session.posargs)


@nox.session
def iceberg(session: nox.Session) -> None:
    """Test the Iceberg table with a crash at each single step, and eight writers on each kind of catalog."""
    install(session, *everything(), "-e", "plugins/schemahub-iceberg[dev]")
    environment = {"SOAK_STRIDE": "1", "SOAK_COMMITS": "1000"}
    if session.virtualenv.is_sandboxed:
        environment["ICEBERG_DUCKDB_PYTHON"] = another(
            session, "duckdb", "-r", "plugins/schemahub-iceberg/tests/duckdb.txt"
        )
    given = {name: os.environ.get(name, default) for name, default in environment.items()}
    session.run("python", "-m", "pytest", "-q", "plugins/schemahub-iceberg", *session.posargs, env=given)


@nox.session
def ccxt(session: nox.Session) -> None:
    """Compare what is read with what another library reads."""
    install(session, *everything(), "ccxt")
    rows = sorted(path.as_posix() for path in Path("plugins").glob("*/tests/test_real_rows.py"))
    session.run("python", "-m", "pytest", "-q", "tests/e2e/test_ccxt.py", *rows, *session.posargs)
