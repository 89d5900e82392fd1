"""Connections to one host: several pools, and a way to break all of them off."""

from __future__ import annotations

import itertools
import socket
import threading
import urllib.request
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from schemahub.settings import HttpSettings


class Connections:
    """Pools of keep-alive connections; a thread always uses the same pool.

    In one pool 200 threads queue for one lock and each sweeps a list of 200 connections; in many they
    hardly meet. Proxies are taken from the environment (`HTTPS_PROXY`, `NO_PROXY`).
    """

    def __init__(
        self, url: httpx.URL, settings: HttpSettings, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Open nothing yet; `transport` replaces all pools in tests."""
        self._settings = settings
        self._proxy = _proxy_for(url)
        self._lock = threading.Lock()
        self._pools: list[httpx.BaseTransport] = [transport] if transport else []
        self._most = 1 if transport else settings.pools
        self._tls: ssl.SSLContext | None = None
        self._next = itertools.count()
        self._mine = threading.local()
        self._streams: weakref.WeakSet[Any] = weakref.WeakSet()
        self.broken_off = False

    def pool(self) -> httpx.BaseTransport:
        """Return this thread's pool."""
        try:
            mine: httpx.BaseTransport = self._mine.pool
        except AttributeError:
            mine = self._mine.pool = self._assign()
        return mine

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Note each new connection: httpx's `trace` extension calls this."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            with self._lock:
                self._streams.add(info["return_value"])
            if self.broken_off:
                self._shut(info["return_value"])

    def break_off(self) -> None:
        """Make every blocked read fail now, and every later connection at once."""
        self.broken_off = True
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            self._shut(stream)

    def close(self) -> None:
        """Close what is open; nobody may be sending."""
        with self._lock:
            pools, self._pools = self._pools, []
        for pool in pools:
            pool.close()

    @staticmethod
    def _shut(stream: Any) -> None:  # noqa: ANN401 - httpcore's stream; its type is not public in httpx
        raw = stream.get_extra_info("socket")
        # Closing a socket does not wake the thread that reads from it, shutting it down does. The TLS
        # socket's own `shutdown` would pull its state from under that thread.
        with suppress(OSError):
            socket.socket.shutdown(raw, socket.SHUT_RDWR)

    def _assign(self) -> httpx.BaseTransport:
        with self._lock:
            index = next(self._next) % self._most
            if index == len(self._pools):
                self._pools.append(self._open())
            return self._pools[index]

    def _open(self) -> httpx.HTTPTransport:
        most = self._settings.connections_per_pool
        self._tls = self._tls or httpx.create_ssl_context()  # 20 ms: once, and not before it is needed
        return httpx.HTTPTransport(
            verify=self._tls,
            limits=httpx.Limits(max_connections=most, max_keepalive_connections=most),
            proxy=self._proxy,
        )


def _proxy_for(url: httpx.URL) -> str | None:
    if urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(url.scheme) or proxies.get("all")
