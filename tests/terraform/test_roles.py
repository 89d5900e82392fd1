"""Each role may do what its work takes, as docs/AWS.md lists it, and no more.

The page's policies are compared with what goes over the wire by the tests of schemahub-aws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.terraform.policies import listed, rights, written

if TYPE_CHECKING:
    from tests.terraform.planned import Plan

OF_THE_PAGE = {
    "schemahub-ingest": ("ingest",),
    "schemahub-transform": ("transform", "catalog"),
    "schemahub-verify": ("verify",),
    "schemahub-quality": ("verify", "athena"),
}
SERVICES = {
    "schemahub-ingest": "ecs-tasks",
    "schemahub-transform": "ecs-tasks",
    "schemahub-verify": "ecs-tasks",
    "schemahub-execution": "ecs-tasks",
    "schemahub-quality": "lambda",
    "schemahub-scheduler": "scheduler",
    "schemahub-quality-scheduler": "scheduler",
}
DO_NOT_SAY_FOR_WHOM = {"schemahub-execution", "schemahub-quality"}
"""Taken by services that are not documented to name the account; they take what was passed to them."""
WILDCARD_RESOURCES = {
    ("schemahub-execution", "ecr:GetAuthorizationToken"): "the token is for the whole registry",
}
"""Actions for which AWS knows no smaller resource."""


def logs(plan: Plan, *tasks: str) -> set[tuple[str, str]]:
    groups = [f"{of(plan, 'logs')}:log-group:/schemahub/{task}:*" for task in tasks]
    return {(action, group) for group in groups for action in ("logs:CreateLogStream", "logs:PutLogEvents")}


def of(plan: Plan, service: str, region: str = "eu-central-1") -> str:
    return f"arn:{plan.partition}:{service}:{region}:{plan.account}"


def dead_letter(plan: Plan) -> tuple[str, str]:
    return "sqs:SendMessage", f"{of(plan, 'sqs')}:schemahub-dead-letter"


def allowed(plan: Plan, role: str) -> set[tuple[str, str]]:
    return set(rights(plan.policies()[role]))


def test_there_is_a_role_for_each_kind_of_work_and_no_other(plan: Plan) -> None:
    roles = plan.of("aws_iam_role").values()
    trusted = {}
    for role in roles:
        (statement,) = role.document("assume_role_policy")["Statement"]
        assert statement["Action"] == "sts:AssumeRole"
        trusted[role.values["name"]] = statement["Principal"]["Service"].removesuffix(".amazonaws.com")
    assert trusted == SERVICES
    assert plan.policies().keys() == SERVICES.keys()
    assert not plan.of("aws_iam_role_policy_attachment")
    assert not plan.of("aws_iam_user")


def test_a_role_is_taken_for_this_account_alone(plan: Plan) -> None:
    open_to_any = set()
    for role in plan.of("aws_iam_role").values():
        (statement,) = role.document("assume_role_policy")["Statement"]
        if "Condition" not in statement:
            open_to_any.add(role.values["name"])
        else:
            assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": plan.account}}
    assert open_to_any == DO_NOT_SAY_FOR_WHOM


def test_no_action_is_a_wildcard_and_no_resource_without_a_reason(plan: Plan) -> None:
    found = {
        (role, action)
        for role, statements in plan.policies().items()
        for statement in statements
        for action in listed(statement["Action"])
        if "*" in listed(statement["Resource"])
    }
    assert found == WILDCARD_RESOURCES.keys()
    actions = [action for role in plan.policies() for action, _ in allowed(plan, role)]
    assert [action for action in actions if "*" in action] == []


@pytest.mark.parametrize("role", ["schemahub-ingest", "schemahub-transform", "schemahub-verify"])
def test_a_task_may_do_what_the_page_says_and_no_more(plan: Plan, role: str) -> None:
    assert allowed(plan, role) == set().union(*(written(block, plan) for block in OF_THE_PAGE[role]))


def test_the_lambda_reads_asks_athena_and_writes_its_log(plan: Plan) -> None:
    of_the_page = set().union(*(written(block, plan) for block in OF_THE_PAGE["schemahub-quality"]))
    assert allowed(plan, "schemahub-quality") == of_the_page | logs(plan, "quality") | {dead_letter(plan)}


def test_nobody_deletes_but_transform_and_nobody_touches_raw_but_ingest(plan: Plan) -> None:
    changing = {"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}
    touched = {
        (role, action, resource.partition("/schemahub/")[2])
        for role in plan.policies()
        for action, resource in allowed(plan, role)
        if action in changing
    }
    assert {role for role, action, _ in touched if action == "s3:DeleteObject"} == {"schemahub-transform"}
    assert {role for role, _, where in touched if where.startswith("raw_")} == {"schemahub-ingest"}
    assert {where for _, action, where in touched if action == "s3:DeleteObject"} == {
        "unified_trades/*",
        "runs/*",
    }


def test_ecs_fetches_this_image_and_writes_these_logs(plan: Plan) -> None:
    repository = f"{of(plan, 'ecr')}:repository/schemahub"
    layers = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    assert allowed(plan, "schemahub-execution") == (
        {("ecr:GetAuthorizationToken", "*")}
        | {(action, repository) for action in layers}
        | logs(plan, "ingest", "transform", "compact", "verify")
    )


def test_the_scheduler_starts_these_tasks_with_these_roles(plan: Plan) -> None:
    families = {one.values["family"] for one in plan.of("aws_ecs_task_definition").values()}
    used = {"schemahub-ingest", "schemahub-transform", "schemahub-verify", "schemahub-execution"}
    assert allowed(plan, "schemahub-scheduler") == (
        {("ecs:RunTask", f"{of(plan, 'ecs')}:task-definition/{family}:*") for family in families}
        | {("ecs:TagResource", f"{of(plan, 'ecs')}:task/schemahub/*")}
        | {("iam:PassRole", f"{of(plan, 'iam', '')}:role/{role}") for role in used}
        | {dead_letter(plan)}
    )
    conditions = {
        listed(one["Action"])[0]: one.get("Condition") for one in plan.policies()["schemahub-scheduler"]
    }
    assert conditions["iam:PassRole"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert conditions["ecs:RunTask"] == {"ArnEquals": {"ecs:cluster": f"{of(plan, 'ecs')}:cluster/schemahub"}}


def test_the_lambdas_scheduler_starts_the_lambda(plan: Plan) -> None:
    function = f"{of(plan, 'lambda')}:function:schemahub-quality"
    assert allowed(plan, "schemahub-quality-scheduler") == {
        ("lambda:InvokeFunction", function),
        dead_letter(plan),
    }


def test_alarms_of_this_account_alone_reach_the_topic(plan: Plan) -> None:
    allow, deny = plan.only("aws_sns_topic_policy").document()["Statement"]
    assert (allow["Principal"], allow["Action"]) == ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
    assert allow["Condition"] == {"StringEquals": {"aws:SourceAccount": plan.account}}
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
