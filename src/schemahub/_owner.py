"""Who holds a lease: a process, told apart from every other one, also from those before it."""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from pathlib import Path

_NONCE = uuid.uuid4().hex[:8]


def owner_name() -> str:
    """Return `host:pid:nonce` of this process."""
    return f"{_host()}:{os.getpid()}:{_NONCE}"


def owner_is_gone(owner: str) -> bool:
    """Tell whether `owner` was a process of this very host that no longer exists; False when in doubt.

    A pid that was given to another process in the meantime is such a doubt.
    """
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != _host() or not rest.isdecimal() or os.name == "nt":  # there, os.kill(pid, 0) would kill
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return _has_ended(int(rest))


def _has_ended(pid: int) -> bool:
    """Tell whether a process is dead and merely not yet waited for: in a container perhaps for ever."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return False
    # The state stands behind the program's name, which may hold blanks and brackets.
    return stat.rpartition(")")[2].split()[:1] in (["Z"], ["X"])


def _host() -> str:
    # Containers share host names, and each counts its pids from 1: only within one boot and one
    # namespace does a pid mean the same process.
    name = socket.gethostname()
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
        namespace = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return name
    return f"{name}.{hashlib.blake2b(f'{boot}{namespace}'.encode(), digest_size=4).hexdigest()}"
