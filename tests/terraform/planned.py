"""What Terraform would make: the resources of a plan, read from its JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "terraform"
PACKAGE = b"the Lambda's code"
SECONDS = 120.0
"""How long any call of Terraform may take; one takes a few seconds."""
EXAMPLE = "terraform.tfvars.example"
"""What a person copies; every plan begins with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource: where it stands, and what it is given."""

    address: str
    kind: str
    values: dict[str, Any]

    @property
    def module(self) -> str:
        return self.address.split(".")[1]

    def document(self, name: str = "policy") -> Any:  # noqa: ANN401 - JSON
        """Return what an attribute holds as JSON."""
        return json.loads(self.values[name])


@dataclass(frozen=True)
class Plan:
    """A plan."""

    document: dict[str, Any]

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        root = self.document["planned_values"]["root_module"]
        return tuple(
            Resource(address=one["address"], kind=one["type"], values=one["values"])
            for module in modules(root)
            for one in module.get("resources", ())
        )

    def of(self, kind: str) -> dict[str, Resource]:
        """Return the resources of a kind by address."""
        return {one.address: one for one in self.resources if one.kind == kind}

    def only(self, kind: str, within: str = "") -> Resource:
        """Return the one resource of a kind whose address has this in it."""
        (found,) = (one for address, one in self.of(kind).items() if within in address)
        return found

    def output(self, name: str) -> Any:  # noqa: ANN401 - JSON
        return self.document["planned_values"]["outputs"][name]["value"]

    @cached_property
    def account(self) -> str:
        return str(self._looked_up("aws_caller_identity")["account_id"])

    @cached_property
    def partition(self) -> str:
        return str(self._looked_up("aws_partition")["partition"])

    def containers(self) -> dict[str, dict[str, Any]]:
        """Return the container of each task."""
        tasks = self.of("aws_ecs_task_definition").values()
        found = [task.document("container_definitions") for task in tasks]
        return {container["name"]: container for (container,) in found}

    def policies(self) -> dict[str, list[dict[str, Any]]]:
        """Return the statements of each role's policy by the role's name."""
        policies = self.of("aws_iam_role_policy").values()
        return {one.values["role"]: one.document()["Statement"] for one in policies}

    def _looked_up(self, kind: str) -> dict[str, Any]:
        state = self.document["prior_state"]["values"]["root_module"]
        (found,) = (one["values"] for one in state["resources"] if one["type"] == kind)
        return dict(found)


def modules(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield module
    for child in module.get("child_modules", ()):
        yield from modules(child)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terraform:
    """The command, in a copy of the folder, with a stand-in for AWS."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command; how it ended is the caller's business."""
        command = [shutil.which("terraform") or "terraform", *arguments]
        return subprocess.run(  # noqa: S603 - ours
            command,
            cwd=self.folder,
            env={**os.environ, "TF_IN_AUTOMATION": "1", "TF_CLI_ARGS": "-no-color"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def done(self, *arguments: str) -> str:
        """Run a command that has to succeed."""
        ended = self.run(*arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def plan(self, **variables: object) -> Plan:
        """Plan from nothing, with the example's variables and these."""
        given = self.folder / "given.tfvars.json"
        given.write_text(json.dumps(variables), encoding="utf-8")
        files = [f"-var-file={name}" for name in (EXAMPLE, given.name)]
        self.done("plan", "-input=false", "-refresh=false", "-out=plan.bin", *files)
        return Plan(json.loads(self.done("show", "-json", "plan.bin")))
