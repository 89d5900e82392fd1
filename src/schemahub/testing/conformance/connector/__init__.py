"""What every connector promises, from its class to a backfill that is killed at every step."""

from __future__ import annotations

from schemahub.testing.conformance.connector.answer_rules import AnswerRules
from schemahub.testing.conformance.connector.generator_rules import GeneratorRules
from schemahub.testing.conformance.connector.mapping_rules import MappingRules
from schemahub.testing.conformance.connector.page_rules import PageRules
from schemahub.testing.conformance.connector.plugin_rules import PluginRules
from schemahub.testing.conformance.connector.product_rules import ProductRules
from schemahub.testing.conformance.connector.row_rules import RowRules
from schemahub.testing.conformance.connector.run_rules import RunRules
from schemahub.testing.conformance.connector.stream_rules import StreamRules

__all__ = ["ConnectorConformance"]


class ConnectorConformance(
    # pytest runs the tests of the last base first: from what a connector is to what the core makes of it.
    MappingRules,
    RunRules,
    ProductRules,
    AnswerRules,
    StreamRules,
    RowRules,
    PageRules,
    GeneratorRules,
    PluginRules,
):
    """Subclass it with a connector and a simulated exchange.

        class TestX(ConnectorConformance):
            error_bodies = (b'{"error":"busy"}',)

            @pytest.fixture
            def connector(self):
                return X(XConfig())

            @pytest.fixture
            def exchange(self, clock):
                products = [ProductSpec(id="BTC-USD", trades=2_500), ProductSpec(id="NEW-USD", trades=0)]
                return SimulatedExchange(XDialect, products, clock=clock)

    Rules that do not apply to the connector's kind are skipped, and say why. A rule is skipped for good by
    overriding its test with one that says `pytest.skip("...")`: the reason stands in the summary.
    """
