"""The commands of an operator's page, run once for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command_line import Schemahub
from recording_proxy import recording
from story import ACCESS, QUICK, TABLE, Narrator, Story, market, prepare, tell

from schemahub.testing import SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def story(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Run it once for all tests."""
    pytest.importorskip("schemahub_coinbase", reason="the commands take a connector")
    pytest.importorskip("schemahub_mapping", reason="the commands take a transformer")
    exchange = market()
    prepare(endpoint)
    with SimulatorServer(exchange) as server, recording(endpoint) as recorder:
        environment = {
            **ACCESS,
            **QUICK,
            "AWS_ENDPOINT_URL": recorder.url,
            "DYNAMODB_LOCKS_TABLE": TABLE,
            "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": server.url,
        }
        tool = Schemahub(folder=tmp_path_factory.mktemp("story")).with_environment(**environment)
        found = Story(exchange=exchange)
        tell(Narrator(tool, recorder, found, endpoint), exchange, endpoint)
        yield found
