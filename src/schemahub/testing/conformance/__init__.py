"""What every implementation of an interface promises, as tests that its author subclasses.

    class TestMyStore(ObjectStoreConformance):
        @pytest.fixture
        def new_store(self, tmp_path):
            return lambda: MyStore(tmp_path / uuid4().hex)

Each failure says what was expected. Tests are added in minor releases; a test that fails after an upgrade
shows a promise that was always in the interface's docstring.
"""

from schemahub.testing.conformance.cassette import CassetteConformance
from schemahub.testing.conformance.catalog import CatalogConformance
from schemahub.testing.conformance.checkpoint_store import CheckpointStoreConformance
from schemahub.testing.conformance.lock_provider import LockProviderConformance
from schemahub.testing.conformance.object_store import ObjectStoreConformance
from schemahub.testing.conformance.table import TableConformance

__all__ = [
    "CassetteConformance",
    "CatalogConformance",
    "CheckpointStoreConformance",
    "LockProviderConformance",
    "ObjectStoreConformance",
    "TableConformance",
]
