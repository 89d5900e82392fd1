"""The other suites, each on every fault of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from faulty import OTHERS

from schemahub import Paging
from schemahub._config import load_settings
from schemahub.builtin.memory_store import MemoryStore
from schemahub.testing import (
    Cassette,
    CassetteConformance,
    CatalogConformance,
    CheckpointStoreConformance,
    LockProviderConformance,
    ObjectStoreConformance,
    RawSinkConformance,
    SimulatedExchange,
    SimulatorServer,
    TableConformance,
    TransformerConformance,
)
from schemahub.testing.cassette.recording import record
from schemahub_hostile import HostileConfig
from schemahub_hostile.simulator import HostileDialect, SparseDialect

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty.catalogs import Sound

    from schemahub import Connector
    from schemahub.checkpoint import CheckpointStore
    from schemahub.lock import LockProvider
    from schemahub.raw_sink import RawSink
    from schemahub.table import Table

MAPPING = """\
exchange: coinbase
version: 1
columns:
  trade_id: {from: id, type: int}
  side: {from: side, map: {buy: SELL, sell: BUY}}
  price: {from: price, type: decimal}
  quantity: {from: size, type: decimal}
  trade_ts: {from: time, type: timestamp, format: iso8601}
"""
ROW = b'{"id":%d,"side":"%s","size":"0.1","price":"10.5","time":"2026-01-01T00:00:00.5Z"}'


class Cassettes(CassetteConformance):
    """Each fault is told from its sound connector by what that one heard."""

    breaks: str
    kept: ClassVar[dict[bool, Cassette]] = {}

    @pytest.fixture
    def connector(self) -> Connector:
        made: Connector = OTHERS[self.breaks].kind(HostileConfig())
        return made

    @pytest.fixture
    def cassette(self, connector: Connector) -> Cassette:
        sparse = connector.paging is Paging.BY_TOKEN
        if sparse not in self.kept:
            exchange = SimulatedExchange(SparseDialect if sparse else HostileDialect)
            with SimulatorServer(exchange) as server:
                address = {f"connectors.{connector.name}.base_url": server.url}
                settings = load_settings(environ={}, arguments=address)
                self.kept[sparse] = record(connector.name, "AAABBBB", settings, pages=3)
        return self.kept[sparse]


class Stores(ObjectStoreConformance):
    breaks: str

    @pytest.fixture
    def new_store(self) -> Callable[[], Any]:
        return OTHERS[self.breaks].kind


class Sinks(RawSinkConformance):
    breaks: str

    @pytest.fixture
    def sink(self) -> RawSink:
        return OTHERS[self.breaks].kind(MemoryStore())


class Checkpoints(CheckpointStoreConformance):
    breaks: str

    @pytest.fixture
    def checkpoints(self) -> CheckpointStore:
        return OTHERS[self.breaks].kind(MemoryStore())


class Locks(LockProviderConformance):
    breaks: str

    @pytest.fixture
    def locks(self) -> LockProvider:
        return OTHERS[self.breaks].kind(MemoryStore())


class Transformers(TransformerConformance):
    breaks: str
    mapping = MAPPING
    other_mapping = MAPPING.replace("{buy: SELL, sell: BUY}", "{buy: BUY, sell: SELL}")
    wrong_mapping = MAPPING.replace("type: decimal", "type: decimel", 1)
    good = tuple(ROW % (number, side) for number, side in enumerate((b"buy", b"sell", b"buy"), 1))
    bad = (ROW % (4, b"both"), b'{"id":5}')
    drifting = (ROW % (6, b"sell"))[:-1] + b',"sequence":7}'
    drift = "sequence"


class Tables(TableConformance):
    breaks: str

    @pytest.fixture
    def table(self) -> Table:
        return OTHERS[self.breaks].kind(MemoryStore())


class Catalogs(CatalogConformance):
    breaks: str

    @pytest.fixture
    def catalog(self) -> Sound:
        return OTHERS[self.breaks].kind({})

    @pytest.fixture
    def places(self, catalog: Sound) -> Callable[[], dict[str, str]]:
        return catalog.places


_SUITES: dict[str, type[Any]] = {
    "CT-CAS": Cassettes,
    "CT-OBJ": Stores,
    "CT-RAW": Sinks,
    "CT-CKP": Checkpoints,
    "CT-LCK": Locks,
    "CT-TRF": Transformers,
    "CT-TAB": Tables,
    "CT-CAT": Catalogs,
}

for _rule, _other in OTHERS.items():
    _name = f"Test{_rule.replace('-', '')}"
    _own = {"breaks": _rule, "kind": _other.kind}
    globals()[_name] = type(_name, (_SUITES[_rule.rpartition("-")[0]],), _own)
