"""Make a Lambda's package of an environment: `docker/package.py ENVIRONMENT ZIP [FILE ...]`.

It holds what docker/build.sh installed, and the files given, at the top: a handler of one's own. The same
input gives the same bytes, so that nothing is deployed anew without need.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_BYTES = 262_144_000
"""What Lambda takes, unpacked."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
# Lambda starts no programs, and its code cannot be written to.
_LEFT_OUT = {"direct_url.json", "RECORD", "INSTALLER", "REQUESTED"}


def main(environment: Path, target: Path, more: list[Path]) -> int:
    """Write the package; 1 if it is larger than Lambda takes."""
    size = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, name in sorted(_files(environment, more), key=lambda pair: pair[1]):
            data = path.read_bytes()
            size += len(data)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = _MODE
            archive.writestr(info, data, zipfile.ZIP_DEFLATED, 6)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, {size / 1e6:.1f} MB unpacked")  # noqa: T201 - a program
    return int(size > LARGEST_BYTES)


def _files(environment: Path, more: list[Path]) -> Iterator[tuple[Path, str]]:
    site = next((environment / "lib").glob("python3*/site-packages"))
    for path in site.rglob("*"):
        if path.is_file() and path.name not in _LEFT_OUT:
            yield path, path.relative_to(site).as_posix()
    for path in more:
        yield path, path.name


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(text) for text in sys.argv[3:]]))
