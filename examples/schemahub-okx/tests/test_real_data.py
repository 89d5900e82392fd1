"""Recorded rows and instruments of OKX (2022), where they are: `SCHEMAHUB_REAL_DATA`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from schemahub.testing import Cassette, CassetteConformance
from schemahub.testing.cassette import Call, Recorded

from schemahub_okx.connector import Okx, OkxConfig

DATA = Path(os.environ.get("SCHEMAHUB_REAL_DATA", "/nowhere")) / "okx"
TRADES = '{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":['


def answer(body: bytes, path: str, **params: str) -> Recorded:
    return Recorded(method="GET", path=path, params=params, status=200, headers={}, body=body)


@pytest.mark.skipif(not DATA.is_dir(), reason="SCHEMAHUB_REAL_DATA has no recordings of okx")
class TestRealRows(CassetteConformance):
    @pytest.fixture
    def connector(self) -> Okx:
        return Okx(OkxConfig())

    @pytest.fixture
    def cassette(self) -> Cassette:
        capture = (DATA / "ws_capture_2022-05-13.txt").read_text(encoding="utf-8").splitlines()
        told = [line.split(TRADES)[1].removesuffix("]}") for line in capture if TRADES in line]
        ids = [int(json.loads(row)["tradeId"]) for row in told]
        body = ('{"code":"0","msg":"","data":[' + ",".join(reversed(told)) + "]}").encode()
        page = {"instId": "BTC-USDT", "limit": str(ids[-1] - ids[0] + 1)}
        trades, span = "/api/v5/market/history-trades", {"first": ids[0], "last": ids[-1]}
        listed = (DATA / "instruments_SPOT_2022-05-13.json").read_bytes()
        return Cassette(
            exchange="okx",
            recorded="2022-05-13T16:30:00Z",
            calls=(
                Call(method="products", arguments={}, outcome="ok"),
                Call(method="head", arguments={"product": "BTC-USDT"}, outcome="ok"),
                Call(method="page", arguments={"product": "BTC-USDT", **span}, outcome="ok"),
            ),
            answers=(
                answer(listed, "/api/v5/public/instruments", instType="SPOT"),
                answer(body, trades, instId="BTC-USDT", limit="100"),
                answer(body, trades, **page, after=str(ids[-1] + 1)),
            ),
        )
