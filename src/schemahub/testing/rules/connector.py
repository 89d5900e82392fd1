"""What a connector promises."""

from __future__ import annotations

from schemahub.testing.rules.connector_answers import ANSWERS, PRODUCTS
from schemahub.testing.rules.connector_pages import GENERATORS, PAGES, PLUGIN, STREAMS
from schemahub.testing.rules.connector_runs import MAPPING, RUNS
from schemahub.testing.rules.rule import rules_of

CONNECTOR = rules_of("CT-CON", *PLUGIN, *GENERATORS, *PAGES, *STREAMS, *ANSWERS, *PRODUCTS, *RUNS, *MAPPING)
