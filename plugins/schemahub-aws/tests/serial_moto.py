"""Run as a process of its own: `serial_moto.py PORT`, moto behind one lock.

moto checks a condition and writes in two steps, so it would let two threads win. Under one lock it is a
second, independently written opinion on what AWS answers.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def serial(application: Callable[..., Iterable[bytes]]) -> Callable[..., list[bytes]]:
    """Let one request through at a time, its body included."""
    lock = threading.Lock()

    def answer(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        with lock:
            return list(application(environ, start_response))

    return answer


if __name__ == "__main__":
    app = serial(DomainDispatcherApplication(create_backend_app))
    make_server("127.0.0.1", int(sys.argv[1]), app, threaded=True).serve_forever()
