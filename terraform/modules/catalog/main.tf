# The table as Athena sees it. Its partitions are not set up here: each `transform` and `compact` moves the day that
# it changed, in one step, and so does the table's location when a new version of it is made.

locals {
  glue = "arn:${var.partition}:glue:${var.region}:${var.account_id}"

  parquet = "org.apache.hadoop.hive.ql.io.parquet"
  columns = {
    exchange  = "string"
    symbol    = "string"
    trade_id  = "string"
    side      = "string"
    price     = "double"
    quantity  = "double"
    trade_ts  = "timestamp"
    ingest_ts = "timestamp"
  }
  # A map has no order; the table's files have one.
  order = ["exchange", "symbol", "trade_id", "side", "price", "quantity", "trade_ts", "ingest_ts"]
}

resource "aws_glue_catalog_database" "this" {
  name        = var.database
  description = "schemahub: trades of all exchanges"
  tags        = { Component = "catalog" }
}

resource "aws_glue_catalog_table" "trades" {
  name          = "trades"
  database_name = aws_glue_catalog_database.this.name
  table_type    = "EXTERNAL_TABLE"
  description   = "Every trade once. Kept up to date by schemahub."
  parameters    = { EXTERNAL = "TRUE", classification = "parquet" }

  partition_keys {
    name = "trade_date"
    type = "date"
  }

  storage_descriptor {
    location      = "${var.lake_url}/unified_trades/v1/"
    input_format  = "${local.parquet}.MapredParquetInputFormat"
    output_format = "${local.parquet}.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "${local.parquet}.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = "1" }
    }

    dynamic "columns" {
      for_each = local.order
      content {
        name = columns.value
        type = local.columns[columns.value]
      }
    }
  }

  lifecycle {
    ignore_changes = [storage_descriptor, parameters, description]
  }
}

module "results" {
  source = "../bucket"

  name          = var.results_bucket_name
  component     = "catalog"
  partition     = var.partition
  versioned     = false
  allow_destroy = true
}

resource "aws_s3_bucket_lifecycle_configuration" "results" {
  bucket = module.results.name

  rule {
    id     = "results are read once"
    status = "Enabled"
    filter {}

    expiration {
      days = 7
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_athena_workgroup" "this" {
  name          = var.workgroup
  description   = "Queries of the table, each limited in what it scans"
  force_destroy = true
  tags          = { Component = "catalog" }

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.scan_limit_gb * 1024 * 1024 * 1024

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location = "s3://${module.results.name}/results/"

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}
