"""What every implementation of an interface promises, as tests that its author subclasses.

    class TestMyStore(ObjectStoreConformance):
        @pytest.fixture
        def new_store(self, tmp_path):
            return lambda: MyStore(tmp_path / uuid4().hex)

Each test checks a rule with a number, and each failure says what was expected; `docs/AUTHORS.md` has the
reasons. Tests are added in minor releases; a test that fails after an upgrade
shows a promise that was always in the interface's docstring.
"""

from schemahub.testing.conformance.cassette import CassetteConformance
from schemahub.testing.conformance.catalog import CatalogConformance
from schemahub.testing.conformance.checkpoint_store import CheckpointStoreConformance
from schemahub.testing.conformance.connector import ConnectorConformance
from schemahub.testing.conformance.lock_provider import LockProviderConformance
from schemahub.testing.conformance.object_store import ObjectStoreConformance
from schemahub.testing.conformance.raw_sink import RawSinkConformance
from schemahub.testing.conformance.table import TableConformance
from schemahub.testing.conformance.transformer import TransformerConformance

__all__ = [
    "CassetteConformance",
    "CatalogConformance",
    "CheckpointStoreConformance",
    "ConnectorConformance",
    "LockProviderConformance",
    "ObjectStoreConformance",
    "RawSinkConformance",
    "TableConformance",
    "TransformerConformance",
]
