"""Told to stop: it saves what it has, leaves nothing behind, and the next run goes on from there."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from command_line import ended, finished
from truth import BTC, assert_raw_is, raw_names

from schemahub.spans import Span, SpanSet
from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from command_line import Schemahub
    from truth import Serve

    from schemahub.testing import SimulatedCoinbase

INGEST = ("ingest", "--product", BTC, "--since", "2d")
GRACE_SECONDS = 10.0
"""What `docker stop` waits before it kills."""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 1)])
def test_stops_at_once_and_goes_on_later(
    quick: Schemahub, serve: Serve, number: signal.Signals, code: int
) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=60_000), latency_ms=30)
    quick = quick.given(connectors__coinbase__base_url=url)
    with ended(quick.start(*INGEST, "--json")) as process:
        while len(raw_names(quick.lake)) < 2:
            assert process.poll() is None, "it ended before it was stopped"
            time.sleep(0.001)  # looking at another process: there is nothing to wait on
        process.send_signal(number)
        done = finished(process, GRACE_SECONDS)
    assert done.code == code, done.err
    assert not done.document["complete"]
    assert "stopping: saving what is in hand" in done.err
    (product,) = done.document["products"]
    assert product["state"] == "stopped"
    assert number.name in product["reason"]
    _assert_no_lease_is_held(quick)

    stored = SpanSet.of(name.span for name in raw_names(quick.lake))
    assert 5_000 < len(stored) < 60_000
    before = len(exchange.journal)
    quick.must(*INGEST)
    assert not asked_again(exchange, before) & stored
    assert_raw_is(quick.lake, exchange)
    quick.must("transform")
    quick.must("verify", "--deep")


def asked_again(exchange: SimulatedCoinbase, since: int) -> SpanSet:
    """The ids that pages were asked for; the newest page, which tells the head, is none of them."""
    spans = []
    for served in list(exchange.journal)[since:]:
        query = parse_qs(urlsplit(served.target).query)
        if "after" in query:
            first = int(query.get("before", ["0"])[0]) + 1
            spans.append(Span(first, int(query["after"][0]) - 1))
    assert spans, "nothing was asked for at all"
    return SpanSet.of(spans)


def _assert_no_lease_is_held(tool: Schemahub) -> None:
    # A lease that is left behind would hold up whoever comes next from another host.
    leases = [json.loads(path.read_bytes()) for path in (tool.lake / "locks").glob("*.json")]
    assert [lease["released"] for lease in leases] == [True]
