"""The table of a lake in Spark, without schemahub.

python examples/read_without_schemahub/with_spark.py lake
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as f


def live_files(lake: str) -> list[str]:
    """Return the files that are the table at this moment: the manifest names them.

    A pattern over the folders may see a day twice, while replaced files wait for their deletion.
    """
    table = Path(lake) / "unified_trades"
    version = json.loads((table / "current.json").read_bytes())["version"]
    manifest = json.loads((table / f"v{version}" / "manifest.json").read_bytes())
    return [str(Path(lake) / key) for key, *_ in manifest["files"]]


def by_day(files: list[str]) -> list[tuple[object, ...]]:
    """Return each day and symbol with its trades and volume."""
    spark = SparkSession.builder.appName("trades").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    try:
        trades = spark.read.parquet(*files).withColumn("trade_date", f.to_date("trade_ts"))
        counted = trades.groupBy("trade_date", "symbol").agg(f.count("*"), f.sum("quantity"))
        return [tuple(row) for row in counted.orderBy("trade_date", "symbol").collect()]
    finally:
        spark.stop()


if __name__ == "__main__":
    for row in by_day(live_files(sys.argv[1])):
        print(*row)
