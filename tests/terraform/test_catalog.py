"""The table in Glue is the one that schemahub itself would make, and takes over as its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.terraform.planned import FOLDER

from schemahub.catalog import LiveTable
from schemahub_aws.glue.shapes import new_table

if TYPE_CHECKING:
    from tests.terraform.planned import Plan


def as_glue_spells_it(values: dict[str, Any]) -> dict[str, Any]:
    (storage,) = values["storage_descriptor"]
    (serde,) = storage["ser_de_info"]
    return {
        "Name": values["name"],
        "TableType": values["table_type"],
        "Parameters": values["parameters"],
        "PartitionKeys": columns(values["partition_keys"]),
        "StorageDescriptor": {
            "Columns": columns(storage["columns"]),
            "Location": storage["location"],
            "InputFormat": storage["input_format"],
            "OutputFormat": storage["output_format"],
            "Compressed": bool(storage["compressed"]),
            "SerdeInfo": {
                "SerializationLibrary": serde["serialization_library"],
                "Parameters": serde["parameters"],
            },
        },
    }


def columns(described: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"Name": column["name"], "Type": column["type"]} for column in described]


def test_the_table_is_the_one_that_the_catalog_would_make(plan: Plan) -> None:
    made = plan.only("aws_glue_catalog_table").values
    state = LiveTable(lake=plan.output("lake"), version=1, days=())
    assert as_glue_spells_it(made) == new_table("trades", state)
    assert made["database_name"] == plan.only("aws_glue_catalog_database").values["name"]


def test_what_transform_changes_in_it_is_left_alone() -> None:
    # No plan tells what is ignored.
    text = (FOLDER / "modules" / "catalog" / "main.tf").read_text(encoding="utf-8")
    assert "ignore_changes = [storage_descriptor, parameters, description]" in text


def test_a_query_is_stopped_before_it_costs_much(plan: Plan) -> None:
    (configuration,) = plan.only("aws_athena_workgroup").values["configuration"]
    assert configuration["bytes_scanned_cutoff_per_query"] == 100 * 2**30
    (result,) = configuration["result_configuration"]
    assert result["output_location"] == f"s3://{plan.output('bucket')}-athena/results/"
    expiring = plan.only("aws_s3_bucket_lifecycle_configuration", "catalog").values["rule"]
    assert [rule["expiration"][0]["days"] for rule in expiring] == [7]
