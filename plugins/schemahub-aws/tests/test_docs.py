"""The README lists what can be set, with its default."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemahub_aws.dynamodb.options import DynamoOptions
from schemahub_aws.s3.options import S3Options

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize("options", [S3Options, DynamoOptions])
def test_every_option_is_listed_with_its_default(options: type[S3Options | DynamoOptions]) -> None:
    rows = README.read_text(encoding="utf-8").splitlines()
    for name, field in options.model_fields.items():
        (row,) = [row for row in rows if row.startswith(f"| `{name}` |")]
        if not field.is_required() and field.default is not None:
            assert f"`{field.default}`" in row, name
