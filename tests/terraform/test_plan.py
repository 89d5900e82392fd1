"""What is made keeps to itself, is kept, is tagged, and runs when it should."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from tests.terraform.planned import PACKAGE, ROOT
from tests.terraform.schedules import hours_of_a_day

if TYPE_CHECKING:
    from tests.terraform.planned import Plan

SIX_HOURS = 6.0


def test_no_bucket_is_public(plan: Plan) -> None:
    buckets = plan.of("aws_s3_bucket")
    assert len(buckets) == 3
    for kind in ("public_access_block", "ownership_controls", "server_side_encryption_configuration"):
        assert bucket_names(plan, kind) == {one.values["bucket"] for one in buckets.values()}, kind
    for block in plan.of("aws_s3_bucket_public_access_block").values():
        assert all(value is True for name, value in block.values.items() if name.split("_")[0] in WALLS)
    assert not plan.of("aws_s3_bucket_acl")


WALLS = {"block", "ignore", "restrict"}


def bucket_names(plan: Plan, part: str) -> set[str]:
    return {one.values["bucket"] for one in plan.of(f"aws_s3_bucket_{part}").values()}


def test_nothing_but_tls_reaches_a_bucket_or_the_queue(plan: Plan) -> None:
    policies = [*plan.of("aws_s3_bucket_policy").values(), plan.only("aws_sqs_queue_policy")]
    assert len(policies) == 4
    for policy in policies:
        (statement,) = policy.document()["Statement"]
        assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_everything_is_encrypted_at_rest(plan: Plan) -> None:
    for one in plan.of("aws_s3_bucket_server_side_encryption_configuration").values():
        (rule,) = one.values["rule"]
        (default,) = rule["apply_server_side_encryption_by_default"]
        assert default["sse_algorithm"] == "AES256"
    assert plan.only("aws_sqs_queue").values["sqs_managed_sse_enabled"] is True
    (configuration,) = plan.only("aws_athena_workgroup").values["configuration"]
    (result,) = configuration["result_configuration"]
    assert result["encryption_configuration"] == [{"encryption_option": "SSE_S3", "kms_key_arn": None}]
    assert configuration["enforce_workgroup_configuration"] is True


def test_the_lake_keeps_what_was_replaced_and_never_expires_what_is_current(plan: Plan) -> None:
    versioning = plan.only("aws_s3_bucket_versioning", "storage")
    assert versioning.values["versioning_configuration"][0]["status"] == "Enabled"
    rules = {
        rule["id"]: rule
        for rule in plan.only("aws_s3_bucket_lifecycle_configuration", "storage").values["rule"]
    }
    assert all(rule["status"] == "Enabled" for rule in rules.values())
    for rule in rules.values():
        for expiration in rule["expiration"]:
            assert not expiration["days"]
            assert not expiration["date"]


def test_the_lifecycle_is_the_one_of_the_page(plan: Plan) -> None:
    page = (ROOT / "docs" / "AWS.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```json lifecycle\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    written = {rule["ID"]: rule for rule in json.loads(text)["Rules"]}
    rules = {
        rule["id"]: rule
        for rule in plan.only("aws_s3_bucket_lifecycle_configuration", "storage").values["rule"]
    }
    unfinished, old = "uploads that were never finished", "old versions"
    assert rules.keys() == {*written, "raw grows cold"}
    assert (
        rules[unfinished]["abort_incomplete_multipart_upload"][0]["days_after_initiation"]
        == written[unfinished]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
    )
    assert (
        rules[old]["noncurrent_version_expiration"][0]["noncurrent_days"]
        == written[old]["NoncurrentVersionExpiration"]["NoncurrentDays"]
    )
    assert rules[old]["expiration"][0]["expired_object_delete_marker"] is True


def test_raw_grows_cold_where_it_still_answers_at_once(plan: Plan) -> None:
    rules = {
        rule["id"]: rule
        for rule in plan.only("aws_s3_bucket_lifecycle_configuration", "storage").values["rule"]
    }
    cold = rules["raw grows cold"]
    (where,) = cold["filter"][0]["and"]
    assert (where["prefix"], where["object_size_greater_than"]) == ("schemahub/raw_", 131_072)
    moves = sorted((move["days"], move["storage_class"]) for move in cold["transition"])
    assert moves == [(30, "STANDARD_IA"), (180, "GLACIER_IR")]


def test_leases_cost_nothing_while_nothing_runs_and_tidy_themselves_up(plan: Plan) -> None:
    table = plan.only("aws_dynamodb_table").values
    assert (table["billing_mode"], table["hash_key"]) == ("PAY_PER_REQUEST", "lock_key")
    (ttl,) = table["ttl"]
    assert (ttl["attribute_name"], ttl["enabled"]) == ("expires_at", True)
    assert [(one["name"], one["type"]) for one in table["attribute"]] == [("lock_key", "S")]


def test_everything_that_can_be_tagged_says_what_part_it_belongs_to(plan: Plan) -> None:
    untagged = [
        one.address
        for one in plan.resources
        if "tags" in one.values and not (one.values["tags"] or {}).get("Component")
    ]
    assert untagged == []
    assert sum("tags" in one.values for one in plan.resources) > 30
    providers = plan.document["configuration"]["provider_config"]
    # Modules use the one of the root, and have none of their own.
    assert [name for name, one in providers.items() if "expressions" in one] == ["aws"]
    (tags,) = providers["aws"]["expressions"]["default_tags"]
    assert {"var.name", "var.tags"} <= set(tags["tags"]["references"])


def test_tags_of_a_task_reach_its_bill(plan: Plan) -> None:
    for schedule in task_schedules(plan).values():
        assert schedule["ecs_parameters"][0]["propagate_tags"] == "TASK_DEFINITION"


def task_schedules(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return the targets of schedules that start tasks, by name."""
    schedules = plan.of("aws_scheduler_schedule").values()
    targets = {one.values["name"]: one.values["target"][0] for one in schedules}
    return {name: target for name, target in targets.items() if target["ecs_parameters"]}


def test_ingest_and_transform_start_every_six_hours(plan: Plan) -> None:
    expressions = {one.values["name"]: one.values for one in plan.of("aws_scheduler_schedule").values()}
    assert expressions.keys() == {
        f"schemahub-{task}"
        for task in ("ingest", "ingest-fallback", "transform", "compact", "verify", "quality")
    }
    for task in ("ingest", "transform"):
        schedule = expressions[f"schemahub-{task}"]
        starts = hours_of_a_day(schedule["schedule_expression"])
        apart = {
            (after - before) % 24 for before, after in zip(starts, [*starts[1:], starts[0]], strict=True)
        }
        assert apart == {SIX_HOURS}, task
        assert schedule["schedule_expression_timezone"] == "UTC"
        assert schedule["state"] == "ENABLED"


def test_transform_starts_after_ingest_and_ingest_ends_before_the_next(plan: Plan) -> None:
    expressions = {
        one.values["name"]: one.values["schedule_expression"]
        for one in plan.of("aws_scheduler_schedule").values()
    }
    ingest = hours_of_a_day(expressions["schemahub-ingest"])
    transform = hours_of_a_day(expressions["schemahub-transform"])
    assert all(0 < after - before < 1 for before, after in zip(ingest, transform, strict=True))
    command = plan.containers()["ingest"]["command"]
    longest = float(command[command.index("--max-minutes") + 1])
    assert longest / 60 < SIX_HOURS


def test_a_start_is_tried_again_and_then_kept(plan: Plan) -> None:
    for schedule in plan.of("aws_scheduler_schedule").values():
        (target,) = schedule.values["target"]
        (retry,) = target["retry_policy"]
        assert retry["maximum_retry_attempts"] >= 1
        assert 60 <= retry["maximum_event_age_in_seconds"] <= 86_400
        assert target["dead_letter_config"][0]["arn"].endswith(":schemahub-dead-letter")
        (window,) = schedule.values["flexible_time_window"]
        assert (window["mode"], window["maximum_window_in_minutes"]) == ("FLEXIBLE", 10)


def test_where_spot_has_no_room_fargate_takes_over(plan: Plan, changed: Plan) -> None:
    strategies = {
        name: target["ecs_parameters"][0]["capacity_provider_strategy"][0]["capacity_provider"]
        for name, target in task_schedules(plan).items()
    }
    assert strategies["schemahub-ingest"] == "FARGATE_SPOT"
    assert strategies["schemahub-ingest-fallback"] == "FARGATE"
    assert strategies["schemahub-transform"] == "FARGATE"
    fallback = plan.of("aws_scheduler_schedule")[
        'module.ingest.module.task.aws_scheduler_schedule.this["ingest-fallback"]'
    ]
    starts = hours_of_a_day(fallback.values["schedule_expression"])
    assert "schemahub-ingest-fallback" not in task_schedules(changed)
    # Sooner than an alarm would tell of it.
    assert (
        max((after - before) % 24 for before, after in zip(starts, [*starts[1:], starts[0]], strict=True))
        < 13
    )


def test_nothing_costs_by_the_hour_while_nothing_runs(plan: Plan) -> None:
    kinds = {one.kind for one in plan.resources}
    assert (
        kinds & {"aws_nat_gateway", "aws_eip", "aws_ecs_service", "aws_instance", "aws_lb", "aws_kms_key"}
        == set()
    )
    assert {one.values["vpc_endpoint_type"] for one in plan.of("aws_vpc_endpoint").values()} == {"Gateway"}
    services = {one.values["service_name"].rpartition(".")[2] for one in plan.of("aws_vpc_endpoint").values()}
    assert services == {"s3", "dynamodb"}


def test_nothing_comes_in(plan: Plan) -> None:
    assert not plan.of("aws_vpc_security_group_ingress_rule")
    for group in [*plan.of("aws_security_group").values(), *plan.of("aws_default_security_group").values()]:
        assert not group.values.get("ingress")
    rule = plan.only("aws_vpc_security_group_egress_rule").values
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 443, 443)


def test_logs_do_not_stay_for_ever(plan: Plan) -> None:
    groups = plan.of("aws_cloudwatch_log_group").values()
    assert {one.values["name"] for one in groups} == {
        f"/schemahub/{task}" for task in ("ingest", "transform", "compact", "verify", "quality")
    }
    assert {one.values["retention_in_days"] for one in groups} == {30}


def test_every_log_goes_to_a_group_that_is_made(plan: Plan) -> None:
    made = {one.values["name"] for one in plan.of("aws_cloudwatch_log_group").values()}
    options = [one["logConfiguration"]["options"] for one in plan.containers().values()]
    (function,) = plan.only("aws_lambda_function").values["logging_config"]
    assert {one["awslogs-group"] for one in options} | {function["log_group"]} == made


def test_the_image_is_scanned_and_never_changed(plan: Plan) -> None:
    repository = plan.only("aws_ecr_repository").values
    assert repository["image_tag_mutability"] == "IMMUTABLE"
    assert repository["image_scanning_configuration"] == [{"scan_on_push": True}]
    rules = plan.only("aws_ecr_lifecycle_policy").document()["rules"]
    assert [rule["action"]["type"] for rule in rules] == ["expire", "expire"]


def test_somebody_is_told_at_25_50_75_dollars(plan: Plan, changed: Plan) -> None:
    assert thresholds(plan) == [25, 50, 75, 100] == plan.output("billing_alerts")
    assert thresholds(changed) == [10, 20, 30]


def thresholds(plan: Plan) -> list[float]:
    budget = plan.only("aws_budgets_budget").values
    assert (budget["budget_type"], budget["time_unit"], budget["limit_unit"]) == ("COST", "MONTHLY", "USD")
    for notice in budget["notification"]:
        assert notice["subscriber_email_addresses"] == ["your-email@example.com"]
        assert (notice["threshold_type"], notice["notification_type"]) == ("ABSOLUTE_VALUE", "ACTUAL")
    return sorted(notice["threshold"] for notice in budget["notification"])


def test_another_package_is_another_object_so_that_the_lambda_gets_it(plan: Plan) -> None:
    package = plan.only("aws_s3_object").values
    assert package["key"] == f"quality-{hashlib.sha256(PACKAGE).hexdigest()}.zip"
    function = plan.only("aws_lambda_function").values
    assert (function["s3_bucket"], function["s3_key"]) == (package["bucket"], package["key"])
    assert (function["handler"], function["timeout"]) == ("schemahub_aws.quality.handler", 900)
    assert plan.only("aws_scheduler_schedule", "quality.aws_").values["target"][0]["input"] == "{}"


def test_what_is_stored_is_not_destroyed_by_mistake(plan: Plan, changed: Plan) -> None:
    def allowed(made: Plan) -> set[bool]:
        return {
            made.only("aws_s3_bucket", "storage").values["force_destroy"],
            made.only("aws_ecr_repository").values["force_delete"],
            not made.only("aws_dynamodb_table").values["deletion_protection_enabled"],
        }

    assert allowed(plan) == {False}
    assert allowed(changed) == {True}
