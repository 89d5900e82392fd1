"""Terraform itself, with a stand-in for its provider that knows every argument and talks to nobody."""

from __future__ import annotations

import os
import shutil

import pytest
from tests.terraform.planned import FOLDER, PACKAGE, Plan, Terraform


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Return Terraform in a copy of the folder, ready to plan; skip where there is none."""
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed")
    if not offline():
        pytest.skip("SCHEMAHUB_TERRAFORM_OFFLINE is unset: it names a provider that talks to nobody")
    folder = tmp_path_factory.mktemp("terraform") / "terraform"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfvars", "*.tfstate*"))
    (folder / "quality.zip").write_bytes(PACKAGE)
    tool = Terraform(folder=folder)
    tool.done("init", "-input=false", "-backend=false")
    return tool


@pytest.fixture(scope="session")
def plan(terraform: Terraform) -> Plan:
    """Return what is made with the example's variables, and the Lambda's package."""
    return terraform.plan(quality_package={"path": "quality.zip"})


@pytest.fixture(scope="session")
def changed(terraform: Terraform) -> Plan:
    """Return what is made with many things said otherwise."""
    return terraform.plan(
        products=["SOL-USD"],
        workers=7,
        chunk_concurrency=9,
        ingest_max_minutes=25,
        first_since="2h",
        use_spot=False,
        flexible_minutes=0,
        settings={"SCHEMAHUB_INGEST__BATCH_SIZE": "500"},
        metrics_by_product=True,
        billing_alert_threshold_increment=10,
        billing_alert_count=3,
        allow_destroy=True,
    )


@pytest.fixture(scope="session")
def several(terraform: Terraform) -> Plan:
    """Return what is made for more than one exchange."""
    return terraform.plan(
        exchanges=["coinbase", "kraken"], products=[], alarm_emails=["a@b.example", "c@d.example"]
    )


def offline() -> bool:
    """Return whether the provider is the stand-in that SCHEMAHUB_TERRAFORM_OFFLINE names."""
    return bool(os.environ.get("SCHEMAHUB_TERRAFORM_OFFLINE"))
