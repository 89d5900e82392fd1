from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._config import Settings, connector_config, load_settings, plugin_options
from schemahub.connector_config import ConnectorConfig
from schemahub.errors import ConfigError
from schemahub.settings import Section

if TYPE_CHECKING:
    from pathlib import Path


class Config(ConnectorConfig):
    api_key: int = 0


COINBASE = {"base_url": "http://x", "requests_per_second": 10, "burst": 5}


def write(folder: Path, text: str) -> Path:
    file = folder / "hub.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def mistake(
    file: Path | None = None, environ: dict[str, str] | None = None, arguments: dict[str, str] | None = None
) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_settings(file, environ=environ or {}, arguments=arguments)
    return caught.value


def test_defaults_need_no_source() -> None:
    assert load_settings(environ={}) == Settings()


def test_each_source_overrides_the_one_before(tmp_path: Path) -> None:
    file = write(tmp_path, "ingest: {workers: 1, batch_size: 11, codec: gz, since: 1h}\n")
    environ = {"SCHEMAHUB_INGEST__BATCH_SIZE": "22", "SCHEMAHUB_INGEST__CODEC": "none"}
    settings = load_settings(file, environ=environ, arguments={"ingest.codec": "zst", "ingest.since": None})
    ingest = settings.ingest
    assert (ingest.workers, ingest.batch_size, ingest.codec, ingest.since) == (1, 22, "zst", "1h")


def test_the_environment_names_a_file_too(tmp_path: Path) -> None:
    file = write(tmp_path, "lake: here\n")
    assert load_settings(environ={"SCHEMAHUB_CONFIG": str(file)}).lake == "here"


def test_connectors_and_mappings_are_set_by_name() -> None:
    environ = {
        "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": "http://localhost:1",
        "SCHEMAHUB_CONNECTORS__COINBASE__REQUESTS_PER_SECOND": "3",
        "SCHEMAHUB_CONNECTORS__COINBASE__BURST": "2",
        "SCHEMAHUB_MAPPINGS__COINBASE": "my.yaml",
    }
    settings = load_settings(environ=environ)
    config = connector_config(settings, "coinbase", Config)
    assert (config.base_url, config.requests_per_second, config.burst) == ("http://localhost:1", 3, 2)
    assert settings.mappings == {"coinbase": "my.yaml"}


def test_empty_values_count_as_unset(tmp_path: Path) -> None:
    file = write(tmp_path, "lake:\ningest:\n")
    assert load_settings(file, environ={"SCHEMAHUB_LAKE": ""}) == Settings()


@pytest.mark.parametrize("name", ["SCHEMAHUB_SERVICE_HOST", "SCHEMAHUB_PORT_80_TCP", "SCHEMAHUB_DEBUG"])
def test_foreign_variables_with_the_prefix_are_left_alone(name: str) -> None:
    assert load_settings(environ={name: "1"}) == Settings()


def test_a_misspelt_key_in_a_file_is_shown_where_it_stands(tmp_path: Path) -> None:
    file = write(tmp_path, "lake: x\ningest:\n  wrokers: 4\n")
    error = mistake(file)
    assert error.where == f"{file}:3"
    assert error.message == "unknown setting 'ingest.wrokers'"
    assert error.hint == "Did you mean 'workers'?"


def test_a_misspelt_section_is_shown_where_it_stands(tmp_path: Path) -> None:
    error = mistake(write(tmp_path, "\ningst:\n  workers: 4\n"))
    assert str(error.where).endswith("hub.yaml:3")
    assert error.hint == "Did you mean 'ingest'?"


@pytest.mark.parametrize("name", ["SCHEMAHUB_INGEST__WROKERS", "SCHEMAHUB_INGST__WORKERS", "SCHEMAHUB_TABEL"])
def test_a_misspelt_variable_is_named(name: str) -> None:
    error = mistake(environ={name: "4"})
    assert error.where == name
    assert "Did you mean" in str(error.hint)


def test_a_bad_value_says_expected_and_found(tmp_path: Path) -> None:
    error = mistake(write(tmp_path, "ingest:\n  codec: zip\n"))
    assert str(error).endswith(
        "hub.yaml:2: bad setting 'ingest.codec' (expected 'zst', 'gz' or 'none', found 'zip')"
    )


def test_a_bad_variable_and_a_bad_argument_are_named() -> None:
    assert mistake(environ={"SCHEMAHUB_INGEST__WORKERS": "many"}).where == "SCHEMAHUB_INGEST__WORKERS"
    error = mistake(arguments={"ingest.since": "soon"})
    assert error.where == "argument ingest.since"
    assert error.expected == "a number and a unit, such as 90s, 15m, 6h, 7d"
    assert error.found == "'soon'"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("lake: a\nlake: b\n", 2, "lake is given twice"),
        ("ingest: {workers: 1\n", 2, "not valid YAML"),
        ("- lake\n", 1, "a configuration file holds a mapping"),
        ("lake: a\n3: b\n", 2, "a setting's name is plain text"),
        ("ingest: 5\n", 1, "bad setting 'ingest'"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = write(tmp_path, text)
    error = mistake(file)
    assert error.where == f"{file}:{line}"
    assert error.message == message


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    assert mistake(tmp_path / "none.yaml").message == "the configuration file cannot be read"


def test_a_connectors_mistake_has_its_place_and_hides_what_may_be_secret(tmp_path: Path) -> None:
    lines = "".join(f"    {name}: {value}\n" for name, value in COINBASE.items())
    file = write(tmp_path, f"connectors:\n  coinbase:\n{lines}    api_key: hunter2\n")
    with pytest.raises(ConfigError) as caught:
        connector_config(load_settings(file, environ={}), "coinbase", Config)
    assert caught.value.where == f"{file}:6"
    assert "connectors.coinbase.api_key" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_settings_made_in_python_work_for_connectors_too() -> None:
    settings = Settings(connectors={"coinbase": {**COINBASE, "bust": 1}})
    with pytest.raises(ConfigError, match=r"unknown setting 'connectors.coinbase.bust'.*'burst'"):
        connector_config(settings, "coinbase", Config)


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        for inner, inner_field in getattr(field.annotation, "model_fields", {}).items():
            assert inner_field.description, f"{name}.{inner}"


class Options(Section):
    attempts: int = 3
    url: str = ""


def test_a_plugins_options_are_checked_where_they_were_written(tmp_path: Path) -> None:
    file = write(tmp_path, "object_stores:\n  x: {attempts: 4}\nlock_providers:\n  y:\n    attempt: 4\n")
    environ = {"SCHEMAHUB_OBJECT_STORES__X__URL": "http://u"}
    settings = load_settings(file, environ=environ)
    assert plugin_options(settings, "object_stores", "x", Options) == {"attempts": 4, "url": "http://u"}
    assert plugin_options(settings, "object_stores", "another", Options) == {}
    with pytest.raises(ConfigError, match=r"hub.yaml:5: unknown setting .*Did you mean 'attempts'"):
        plugin_options(settings, "lock_providers", "y", Options)
    with pytest.raises(ConfigError, match="none here"):
        plugin_options(settings, "object_stores", "x", None)


def test_a_password_in_a_url_is_not_repeated() -> None:
    settings = load_settings(environ={"SCHEMAHUB_OBJECT_STORES__X__ATTEMPTS": "http://me:hunter2@host"})
    with pytest.raises(ConfigError, match=r"found 'http://\*\*\*@host'") as caught:
        plugin_options(settings, "object_stores", "x", Options)
    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}"
