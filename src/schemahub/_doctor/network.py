"""Each configured endpoint, asked once, all at the same time: reachable or not, and what time it has."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from schemahub._config import connector_config
from schemahub._parallel import detached
from schemahub._plugins import load
from schemahub.checkup import problem, warning, well
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._clock import Clock
    from schemahub._config import Settings
    from schemahub.checkup import Finding

MOST_SKEW_SECONDS = 5.0
"""A Date header has whole seconds and is older by its way here; a plan's settle time is longer than this."""
_TIMEOUT_SECONDS = 5.0
_PATIENCE_SECONDS = 7.0
"""For all endpoints together: each address of a host has its own timeout, and each byte of an answer."""
_REFUSED = {403, 418, 451}
_BROKEN = 500
_OFFLINE = "Check the network, a proxy (HTTPS_PROXY) and the setting `{setting}`; or use --offline."


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where requests would go, and the setting that says so."""

    exchange: str
    url: str
    setting: str


def endpoints_of(settings: Settings, exchanges: Sequence[str]) -> Iterator[Endpoint]:
    """Return the endpoints of exchanges whose settings are sound."""
    for exchange in exchanges:
        try:
            config = connector_config(settings, exchange, load("connectors", exchange).Config)
        except ConfigError:
            continue  # told already, with the settings
        for name in ("base_url", "archive_url"):
            if url := getattr(config, name):
                yield Endpoint(exchange=exchange, url=url, setting=f"connectors.{exchange}.{name}")


def look_at_network(settings: Settings, exchanges: Sequence[str], clock: Clock) -> Iterator[Finding]:
    """Send one request to each endpoint; whatever it answers shows that it is there.

    However many they are, and however slow, it takes `_PATIENCE_SECONDS` at most.
    """
    asked = [
        (endpoint, detached("schemahub-doctor", _ask, endpoint, settings, clock))
        for endpoint in endpoints_of(settings, exchanges)
    ]
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for endpoint, findings in asked:
        try:
            yield from findings.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            hint = _OFFLINE.format(setting=endpoint.setting)
            found = f"not reachable: no whole answer within {_PATIENCE_SECONDS:g} s"
            yield problem("network", endpoint.url, found, hint)


def _ask(endpoint: Endpoint, settings: Settings, clock: Clock) -> list[Finding]:
    began = time.perf_counter()
    headers = {"user-agent": settings.http.user_agent}
    try:
        with httpx.stream("GET", endpoint.url, headers=headers, timeout=_TIMEOUT_SECONDS) as answer:
            now_ns = clock.now_ns()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        found = f"not reachable: {type(error).__name__}: {error}"
        return [problem("network", endpoint.url, found, _OFFLINE.format(setting=endpoint.setting))]
    took = (time.perf_counter() - began) * 1000
    return [_answered(endpoint, answer.status_code, took), *_clock(endpoint, answer, now_ns)]


def _answered(endpoint: Endpoint, status: int, took_ms: float) -> Finding:
    if status in _REFUSED:
        hint = "The exchange refuses this address, for a while or for its country: see its terms."
        return problem("network", endpoint.url, f"refused with {status}", hint)
    if status >= _BROKEN:
        return warning("network", endpoint.url, f"answers {status}", "Try again later: the exchange is ill.")
    return well("network", endpoint.url, f"reachable in {took_ms:.0f} ms")


def _clock(endpoint: Endpoint, answer: httpx.Response, now_ns: int) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return
    ahead = now_ns / 1e9 - theirs
    if abs(ahead) <= MOST_SKEW_SECONDS:
        yield well("clock", endpoint.exchange, f"agrees within {MOST_SKEW_SECONDS:g} s")
        return
    found = (
        f"this machine's clock is {abs(ahead):,.0f} s {'ahead of' if ahead > 0 else 'behind'} the exchange's"
    )
    hint = "Set the clock, by NTP: plans end, and lateness is judged, by this machine's time."
    yield problem("clock", endpoint.exchange, found, hint)
