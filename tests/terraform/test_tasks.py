"""What a task is started with is understood: each option by the command, each variable by the settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click
import pytest
from tests.terraform.planned import ROOT

from schemahub._config import load_settings, plugin_options
from schemahub.cli._group import cli
from schemahub.cli._lake import Lake
from schemahub_aws.athena.options import AthenaOptions
from schemahub_aws.cloudwatch.options import CloudWatchOptions
from schemahub_aws.dynamodb.options import DynamoOptions
from schemahub_aws.glue.options import GlueOptions

if TYPE_CHECKING:
    from tests.terraform.planned import Plan

TASKS = ("ingest", "transform", "compact", "verify")


def parsed(arguments: list[str]) -> tuple[str | None, dict[str, Any]]:
    """Return the command and its options, as the command line understands them."""
    context = cli.make_context("schemahub", list(arguments))
    name, command, rest = cli.resolve_command(context, list(arguments))
    assert isinstance(command, click.Command)
    with command.make_context(name, rest, parent=context) as inner:
        return name, inner.params


def variables(container: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container["environment"]}


@pytest.mark.parametrize("task", TASKS)
def test_each_command_is_one(plan: Plan, task: str) -> None:
    assert parsed(plan.containers()[task]["command"])[0] == task


def test_the_options_of_ingest_are_those_that_were_given(changed: Plan) -> None:
    _, options = parsed(changed.containers()["ingest"]["command"])
    assert options["products"] == ("SOL-USD",)
    assert options["exchanges"] == ("coinbase",)
    assert (options["workers"], options["chunk_concurrency"]) == (7, 9)
    assert (options["max_minutes"], options["since"]) == (25, "2h")


def test_several_exchanges_are_read_by_their_seeds(several: Plan) -> None:
    name, options = parsed(several.containers()["ingest"]["command"])
    assert (name, options["exchanges"], options["products"]) == ("ingest", ("coinbase", "kraken"), ())
    seed = several.output("update_seed")
    command = re.search(r'"command":\[(.*?)\]', seed)
    assert command
    name, options = parsed([word.strip('"') for word in command[1].split(",")])
    assert (name, options["exchanges"]) == ("update-seed", ("coinbase", "kraken"))


@pytest.mark.parametrize("task", TASKS)
def test_the_variables_are_settings(plan: Plan, task: str) -> None:
    environ = variables(plan.containers()[task])
    settings = Lake(url=None, bucket=None, config=None, as_json=False).settings(environ)
    assert settings.lake == plan.output("lake")
    observed = plugin_options(settings, "observers", "cloudwatch", CloudWatchOptions)
    assert observed == {"mode": "emf", "namespace": "schemahub", "by_product": False}
    assert environ["AWS_REGION"] == "eu-central-1"
    if task == "ingest":
        leased = plugin_options(settings, "lock_providers", "dynamodb", DynamoOptions)
        assert (settings.locks.provider, leased) == ("dynamodb", {"table": "schemahub-locks"})
    if task in {"transform", "compact"}:
        registered = plugin_options(settings, "catalogs", "glue", GlueOptions)
        assert (settings.catalog, registered) == ("glue", {"database": "schemahub", "table": "trades"})
    known = {"S3_BUCKET", "AWS_REGION", "DYNAMODB_LOCKS_TABLE"}
    assert {name for name in environ if not name.startswith("SCHEMAHUB_")} <= known


def test_the_variables_of_the_lambda_are_settings(plan: Plan) -> None:
    (environment,) = plan.only("aws_lambda_function").values["environment"]
    environ = environment["variables"]
    assert "AWS_REGION" not in environ, "Lambda sets it, and refuses whoever else does"
    settings = load_settings(environ={**environ, "SCHEMAHUB_LAKE": "s3://b/schemahub"})
    asked = plugin_options(settings, "query_engines", "athena", AthenaOptions)
    assert (settings.query_engine, asked) == ("athena", {"database": "schemahub", "workgroup": "schemahub"})
    observed = plugin_options(settings, "observers", "cloudwatch", CloudWatchOptions)
    assert (observed["mode"], observed["output"]) == ("emf", "stdout")


def test_more_settings_reach_every_task(changed: Plan) -> None:
    for container in changed.containers().values():
        settings = load_settings(environ=variables(container))
        assert settings.ingest.batch_size == 500
        assert plugin_options(settings, "observers", "cloudwatch", CloudWatchOptions)["by_product"] is True


def test_a_task_writes_nowhere_but_the_lake_and_tmp(plan: Plan) -> None:
    for container in plan.containers().values():
        assert container["readonlyRootFilesystem"] is True
        assert [point["containerPath"] for point in container["mountPoints"]] == ["/tmp"]  # noqa: S108 - of the container
        assert container["linuxParameters"]["capabilities"]["drop"] == ["ALL"]
        user, _, group = container["user"].partition(":")
        assert int(user) > 0 < int(group)
        assert not container.get("privileged")


def test_a_task_that_is_stopped_has_all_the_time_that_fargate_allows(plan: Plan) -> None:
    assert {container["stopTimeout"] for container in plan.containers().values()} == {120}


def test_tasks_run_the_image_of_the_repository_and_never_whatever_is_newest(plan: Plan) -> None:
    images = {container["image"] for container in plan.containers().values()}
    assert len(images) == 1
    (image,) = images
    assert re.search(r"\.dkr\.ecr\.eu-central-1\..*/schemahub:0\.1\.0$", image)


def test_the_image_is_made_for_the_user_and_the_folder_that_tasks_use(plan: Plan) -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    users = re.findall(r"^USER (\S+)$", text, re.MULTILINE)
    assert users[-1:] == [container["user"] for container in plan.containers().values()][:1]
    assert re.search(r'^ENTRYPOINT \["schemahub"\]$', text, re.MULTILINE)
    # Fargate hands an empty volume to root alone, unless the image says whose it is.
    assert re.search(r'^VOLUME \["/tmp"\]$', text, re.MULTILINE)


def test_no_task_can_be_entered(plan: Plan) -> None:
    for schedule in plan.of("aws_scheduler_schedule").values():
        for parameters in schedule.values["target"][0]["ecs_parameters"]:
            assert parameters["enable_execute_command"] is False


def test_sizes_are_those_that_fargate_pairs(plan: Plan) -> None:
    sizes = {
        one.values["family"]: (one.values["cpu"], one.values["memory"])
        for one in plan.of("aws_ecs_task_definition").values()
    }
    assert sizes == {
        "schemahub-ingest": ("256", "1024"),
        "schemahub-transform": ("1024", "2048"),
        "schemahub-compact": ("1024", "2048"),
        "schemahub-verify": ("1024", "2048"),
    }
