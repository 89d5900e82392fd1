"""Build every distribution into a folder, and prove it: `nox -s release`.

`python -m releasing DIST` builds and checks; `--prove` installs the wheels into a fresh environment, runs
the demo there, and the tests that each sdist brings.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from releasing import building
from releasing.contents import faults_of_contents
from releasing.fresh import Fresh, run
from releasing.metadata import faults_of_changelog, faults_of_metadata, metadata_of
from releasing.projects import CORE, Project, projects

_TESTING = ("-q", "-n", "2", "--dist", "loadfile", "-m", "not soak", "-p", "no:cacheprovider")


def main() -> int:
    """Build, check and prove; return 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="releasing", description=__doc__)
    parser.add_argument("dist", type=Path, help="a folder; what stands there is replaced")
    parser.add_argument("--prove", action="store_true", help="install, run the demo and the sdists' tests")
    given = parser.parse_args()
    dist = given.dist.resolve()
    built = _build(dist)
    faults = list(_faults(built))
    if faults:
        print(*faults, sep="\n")
        return 1
    # PKG-INFO of an sdist is the wheel's METADATA.
    files = sorted(map(str, (*dist.glob("*.whl"), *dist.glob("*.tar.gz"))))
    run(sys.executable, "-m", "twine", "check", "--strict", *files)
    if given.prove:
        _prove(built, dist)
    _keep_what_is_published(built, dist)
    return 0


def _build(dist: Path) -> dict[str, tuple[Project, Path]]:
    for old in (*dist.glob("*.whl"), *dist.glob("*.tar.gz")):
        old.unlink()
    built = {}
    for project in projects():
        building.sdist(project.root, dist)
        built[project.name] = (project, building.wheel(project.root, dist))
    return built


def _faults(built: dict[str, tuple[Project, Path]]) -> list[str]:
    core = metadata_of(built[CORE][1])
    found = [f"{CORE}: {fault}" for fault in faults_of_changelog(str(core.version))]
    for name, (project, wheel) in built.items():
        of_metadata = faults_of_metadata(metadata_of(wheel), core, set(built))
        found += [f"{name}: {fault}" for fault in (*faults_of_contents(project, wheel), *of_metadata)]
        found += [f"{name}: {fault}" for fault in _faults_of_sdist(wheel)]
    return found


def _faults_of_sdist(wheel: Path) -> list[str]:
    archive = wheel.with_name(f"{'-'.join(wheel.name.split('-')[:2])}.tar.gz")
    with tempfile.TemporaryDirectory() as folder:
        again = building.wheel(building.unpack(archive, Path(folder)), Path(folder))
        same = again.read_bytes() == wheel.read_bytes()
    return [] if same else ["its sdist makes another wheel"]


def _prove(built: dict[str, tuple[Project, Path]], dist: Path) -> None:
    """Use the wheels as users do, and test them by what the sdists bring."""
    with tempfile.TemporaryDirectory(prefix="schemahub-release-") as folder:
        here = Path(folder)
        users = Fresh(here / "users")
        published = [wheel for project, wheel in built.values() if project.published]
        users.install(published, {"parquet", "sql", "terminal", "all"})
        users.must("schemahub", "plugins", "--check")
        users.must("schemahub", "demo")
        users.must("schemahub", "new", "connector", "mine", "--into", str(here))
        testers = Fresh(here / "testers")
        testers.install([wheel for _, wheel in built.values()], {"parquet", "sql", "terminal", "dev"})
        for archive in sorted(dist.glob("*.tar.gz")):
            unpacked = building.unpack(archive, here / "sdists")
            # What is installed is tested, not what lies beside the tests.
            (unpacked / "src").rename(unpacked / "not-imported")
            testers.must("python", "-m", "pytest", *_TESTING, cwd=unpacked)


def _keep_what_is_published(built: dict[str, tuple[Project, Path]], dist: Path) -> None:
    for project, wheel in built.values():
        if not project.published:
            for path in dist.glob(f"{project.package}-*"):
                path.unlink()
            print(f"{wheel.name} stays here: it is for our tests")


if __name__ == "__main__":
    sys.exit(main())
