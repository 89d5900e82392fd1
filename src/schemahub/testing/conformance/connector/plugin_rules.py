"""What a connector is as a class and as a distribution."""

from __future__ import annotations

import copy
import inspect
import json
import logging
import pickle
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from schemahub._plugins import installed, load, mapping_text
from schemahub.errors import SchemahubError
from schemahub.hookspecs import API_LEVEL
from schemahub.model import Ids, Paging
from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.conformance.connector.talking import Talk
from schemahub.testing.rules import rule
from schemahub.token_connector import TokenConnector
from schemahub.window_connector import WindowConnector

if TYPE_CHECKING:
    from schemahub.connector import Connector

_HEAVY = ("pyarrow", "pandas", "numpy", "polars", "duckdb", "httpx", "requests", "aiohttp", "ccxt", "urllib3")
_KINDS = {Paging.BY_TOKEN: TokenConnector, Paging.BY_WINDOW: WindowConnector}
_SECRET = "s3cret-0f-the-c0nformance-kit"  # noqa: S105 - nobody's


class PluginRules(ConnectorBase):
    """CT-CON-01 to 08."""

    @rule("CT-CON-01")
    def test_attributes_fit_each_other(self, connector: Connector) -> None:
        assert re.fullmatch(r"[a-z0-9]+", connector.name), (
            f"name: expected [a-z0-9]+, found {connector.name!r}"
        )
        assert isinstance(connector.ids, Ids), f"ids: expected one of Ids, found {connector.ids!r}"
        assert isinstance(connector.page_limit, int), "page_limit: expected an int"
        assert connector.page_limit >= 1, f"page_limit: expected at least 1, found {connector.page_limit}"
        for paging, kind in _KINDS.items():
            fits = isinstance(connector, kind) == (connector.paging is paging)
            assert fits, (
                f"paging {connector.paging.value}: expected {paging.value} of a {kind.__name__} alone"
            )
        reach = connector.reach_seconds
        assert reach is None or reach > 0, f"reach_seconds: expected seconds or None, found {reach!r}"
        if isinstance(connector, WindowConnector):
            windows = list(connector.windows)
            assert windows, "windows: expected at least one"
            assert windows == sorted({each for each in windows if each > 0}), (
                f"windows ascend: found {windows}"
            )

    @rule("CT-CON-02")
    def test_an_entry_point_names_it(self, connector: Connector) -> None:
        names = [info.name for info in installed("connectors")]
        assert connector.name in names, f"entry point: expected {connector.name!r}, found {names}"
        handed = load("connectors", connector.name)
        assert isinstance(connector, handed), f"hook: expected {type(connector)}, found {handed}"

    @rule("CT-CON-03")
    def test_the_module_states_its_level(self, connector: Connector) -> None:
        module = sys.modules.get(self._module(connector))
        stated = getattr(module, "API_LEVEL", None)
        assert stated == API_LEVEL, (
            f"API_LEVEL of {self._module(connector)}: expected {API_LEVEL}, found {stated}"
        )

    @rule("CT-CON-04")
    def test_importing_it_is_light(self, connector: Connector) -> None:
        code = f"import json, sys, {self._module(connector)}\nprint(json.dumps(sorted(sys.modules)))"
        code = f"import sys\nsys.path[:] = {sys.path!r}\n{code}"
        command = [sys.executable, "-I", "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own
        heavy = sorted(set(json.loads(done.stdout)) & set(_HEAVY))
        assert heavy == [], f"modules loaded by the import alone: expected none of these, found {heavy}"

    @rule("CT-CON-05")
    def test_the_defaults_are_whole_and_travel(self, connector: Connector) -> None:
        default = connector.Config()  # type: ignore[call-arg]  # the rule: every field has a default
        for config in (default, connector.config):
            for copied in (pickle.loads(pickle.dumps(config)), copy.deepcopy(config)):  # noqa: S301 - our own bytes
                assert copied == config, f"a copy of the settings: expected {config!r}, found {copied!r}"
        assert type(connector)(default).config == default, "config: expected as it was given"

    @rule("CT-CON-06")
    def test_an_unknown_setting_is_refused(self, connector: Connector) -> None:
        with pytest.raises(ValidationError, match="no_such_setting"):
            connector.Config.model_validate({"no_such_setting": 1})

    @rule("CT-CON-07")
    def test_no_secret_gets_out(
        self,
        connector: Connector,
        transport: httpx.BaseTransport,
        product: str,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        secrets = self._secret_fields(connector)
        if not secrets:
            pytest.skip("its Config has no SecretStr")
        given = connector.config.model_copy(update={name: SecretStr(_SECRET) for name in secrets})
        keyed = type(connector)(given)
        heard = _Overheard(transport)
        talk = Talk(keyed, heard)
        with caplog.at_level(logging.DEBUG):
            for steps in (keyed.products(), keyed.head(product)):
                try:
                    talk.tell(steps)
                except SchemahubError as error:
                    heard.said.append(str(error))
        out, err = capfd.readouterr()
        for text in (*heard.said, repr(keyed), repr(given), str(given), caplog.text, out, err):
            assert _SECRET not in text, f"a secret of {secrets} in {text[:200]!r}"

    @rule("CT-CON-08")
    def test_a_mapping_is_shipped(self, connector: Connector) -> None:
        names = [info.name for info in installed("mappings")]
        assert connector.name in names, f"mapping: expected {connector.name!r}, found {names}"
        text, source = mapping_text(connector.name)
        assert text.strip(), f"{source}: expected a mapping, found an empty file"

    def _module(self, connector: Connector) -> str:
        for info in installed("connectors"):
            if info.name == connector.name:
                return info.module
        return inspect.getmodule(type(connector)).__name__.partition(".")[0]  # type: ignore[union-attr]  # a class has one

    def _secret_fields(self, connector: Connector) -> list[str]:
        fields: dict[str, Any] = dict(connector.Config.model_fields)
        return [name for name, field in fields.items() if "SecretStr" in str(field.annotation)]


class _Overheard(httpx.BaseTransport):
    """A transport that notes URLs: what proxies on the way would log."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport
        self.said: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.said.append(str(request.url))
        return self._transport.handle_request(request)

    def close(self) -> None:
        self._transport.close()
