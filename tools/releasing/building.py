"""Make wheels and sdists, by the backend that every pyproject.toml here names."""

from __future__ import annotations

import tarfile
from contextlib import chdir
from pathlib import Path

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder


def wheel(root: Path, into: Path) -> Path:
    """Build the wheel of the project in a folder; return where it is."""
    with chdir(root):  # as the standard promises to backends; the readme's hook relies on it
        (built,) = WheelBuilder(str(root)).build(directory=str(into), versions=["standard"])
    return Path(built)


def sdist(root: Path, into: Path) -> Path:
    """Build the sdist of the project in a folder; return where it is."""
    with chdir(root):
        (built,) = SdistBuilder(str(root)).build(directory=str(into), versions=["standard"])
    return Path(built)


def unpack(archive: Path, into: Path) -> Path:
    """Unpack an sdist; return the one folder that it holds."""
    with tarfile.open(archive) as opened:
        # Python 3.11.2, which is Debian's, knows no filters; it takes no notice of this.
        opened.extraction_filter = getattr(tarfile, "data_filter", None)
        opened.extractall(into)  # noqa: S202 - an archive that was just built here
    return into / archive.name.removesuffix(".tar.gz")
