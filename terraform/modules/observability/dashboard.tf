# Four parts, from the top: how it stands, what ran, how the exchanges answer, what is there.
# Series of each product are there once `metrics_by_product` is set.

locals {
  ns       = var.namespace
  commands = ["ingest", "transform", "compact", "verify"]
  run      = var.run_hours * local.hour
  day      = 24 * local.hour

  # metric name -> its series, one for each exchange
  of = { for metric in local.exchange_metrics : metric => [
    for exchange in var.exchanges : [local.ns, metric, "Exchange", exchange, { label = "${exchange} ${metric}" }]
  ] }
  exchange_metrics = [
    "TradesIngested", "PagesRead", "BatchesStored", "BytesStored", "BatchSeconds", "Requests", "RateLimited", "ArchivesGivenUp",
    "ClientErrors", "ServerErrors", "Unanswered", "RequestSeconds", "Retries", "BreakerOpened", "TokensWaited",
    "WatermarkLag", "ProductsComplete", "ProductsIncomplete", "LockSkips", "GapsSeen", "GapsRepaired",
    "CheckpointsRebuilt", "RowsTransformed", "RowsQuarantined", "TransformFailures", "SchemaDrift",
    "LakeProducts", "LakeTrades", "LakeRows", "LakeRawFiles", "LakeRawBytes", "LakeAge", "LakeTableAge", "LakeLate",
    "LakeTableLate", "LakeMissing", "LakeIncomplete", "LakeDuplicates", "LakeUnbalanced", "LakeQuarantined",
    "LakeUnusual", "LakeSenseless",
  ]

  # The same as it is now, in a widget whose others are summed.
  level = { for metric in ["LakeTrades", "LakeProducts", "LakeMissing", "LakeQuarantined"] : metric => [
    for one in local.of[metric] : concat(slice(one, 0, 4), [{ stat = "Maximum", label = one[4].label }])
  ] }

  by_command_of = { for metric in ["RunSeconds", "RunFailed"] : metric => [
    for command in local.commands : [local.ns, metric, "Command", command, { label = command }]
  ] }

  latency = flatten([for exchange in var.exchanges : [for at in ["p50", "p95", "p99"] : [
    { series = [local.ns, "RequestSeconds", "Exchange", exchange, { stat = at, label = "${exchange} ${at}" }] }
  ]]])

  parts = [
    {
      title = "Headline"
      shown = [
        { title = "Trades, last day and in all", view = "singleValue", stat = "Sum", period = local.day, series = concat(local.of["TradesIngested"], local.level["LakeTrades"]) },
        { title = "Products complete in the last run, and in all", view = "singleValue", stat = "Sum", period = local.run, series = concat(local.of["ProductsComplete"], local.level["LakeProducts"]) },
        { title = "Gaps, last day", view = "singleValue", stat = "Sum", period = local.day, series = local.of["GapsSeen"] },
        { title = "Lag, seconds", view = "singleValue", stat = "Maximum", period = local.run, series = local.of["WatermarkLag"] },
        # The account's bill: there once billing alerts are switched on, and in us-east-1 alone.
        { title = "Cost this month, dollars", view = "singleValue", stat = "Maximum", period = local.day, region = "us-east-1", series = [["AWS/Billing", "EstimatedCharges", "Currency", "USD", { label = "account" }]] },
      ]
    },
    {
      title = "Pipeline operations"
      shown = [
        { title = "Runs", stat = "SampleCount", series = local.by_command_of["RunFailed"] },
        { title = "Failed runs", stat = "Sum", series = local.by_command_of["RunFailed"] },
        { title = "Duration, seconds", stat = "Maximum", series = local.by_command_of["RunSeconds"] },
        { title = "Trades in, rows out", stat = "Sum", series = concat(local.of["TradesIngested"], local.of["RowsTransformed"]) },
        { title = "Batches, and seconds to store one (p99)", stat = "p99", series = concat([for one in local.of["BatchesStored"] : concat(slice(one, 0, 4), [{ stat = "Sum", label = one[4].label }])], local.of["BatchSeconds"]) },
        { title = "Products not complete", stat = "Sum", series = concat(local.of["ProductsIncomplete"], [[{ expression = "SEARCH('{${local.ns},Exchange,Product} MetricName=\"ProductsIncomplete\"', 'Sum', ${local.run})", id = "e1" }]]) },
        { title = "Left aside by transform", stat = "Sum", series = concat(local.of["TransformFailures"], local.of["SchemaDrift"]) },
        { title = "Locks: products left to others, writes", stat = "Sum", series = concat(local.of["LockSkips"], [["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", var.locks_table, { label = "writes" }]]) },
        { title = "Starts that failed", stat = "Maximum", series = [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.dead_letter_name, { label = "dead letters" }]] },
      ]
    },
    {
      title = "API health"
      shown = [
        { title = "Requests and pages", stat = "Sum", series = concat(local.of["Requests"], local.of["PagesRead"]) },
        { title = "Answers that were not 2xx", stat = "Sum", series = concat(local.of["ClientErrors"], local.of["ServerErrors"], local.of["Unanswered"]) },
        { title = "429, retries, bulk files given up", stat = "Sum", series = concat(local.of["RateLimited"], local.of["Retries"], local.of["ArchivesGivenUp"]) },
        { title = "Breaker opened", stat = "Sum", series = local.of["BreakerOpened"] },
        { title = "Seconds waited for the rate limit", stat = "Sum", series = local.of["TokensWaited"] },
        { title = "Latency, seconds", stat = "p50", series = [for one in local.latency : one.series] },
      ]
    },
    {
      title = "Data completeness and storage"
      shown = [
        { title = "Gaps seen, closed later, on record", stat = "Sum", series = concat(local.of["GapsSeen"], local.of["GapsRepaired"], local.level["LakeMissing"]) },
        { title = "Not complete, twice, not in balance", stat = "Maximum", series = concat(local.of["LakeIncomplete"], local.of["LakeDuplicates"], local.of["LakeUnbalanced"]) },
        { title = "Quarantine: new rows and all; checkpoints made anew", stat = "Sum", series = concat(local.of["RowsQuarantined"], local.level["LakeQuarantined"], local.of["CheckpointsRebuilt"]) },
        { title = "Age of the newest trade, by product, seconds", stat = "Maximum", series = concat(local.of["LakeAge"], [[{ expression = "SEARCH('{${local.ns},Exchange,Product} MetricName=\"WatermarkLag\"', 'Maximum', ${local.run})", id = "e1" }]]) },
        { title = "Age of the newest row, by product, seconds", stat = "Maximum", series = concat(local.of["LakeTableAge"], [[{ expression = "SEARCH('{${local.ns},Exchange,Product} MetricName=\"LakeTableAge\"', 'Maximum', ${local.run})", id = "e1" }]]) },
        { title = "Products late, unusual, senseless; checks not made", stat = "Maximum", series = concat(local.of["LakeLate"], local.of["LakeTableLate"], local.of["LakeUnusual"], local.of["LakeSenseless"], [[local.ns, "LakeChecksNotMade", { label = "checks not made" }]]) },
        { title = "Trades and rows in all", stat = "Maximum", series = concat(local.of["LakeTrades"], local.of["LakeRows"]) },
        { title = "Raw: bytes and objects in all", stat = "Maximum", series = concat(local.of["LakeRawBytes"], local.of["LakeRawFiles"]) },
        { title = "Table: commits, files before and after compaction, files deleted", stat = "Sum", series = [for metric in ["Commits", "CompactedFilesBefore", "CompactedFilesAfter", "FilesCollected"] : [local.ns, metric]] },
        { title = "Raw: bytes stored", stat = "Sum", series = local.of["BytesStored"] },
        { title = "Bytes in the bucket", stat = "Average", period = local.day, series = [for class in ["StandardStorage", "StandardIAStorage", "GlacierInstantRetrievalStorage"] : ["AWS/S3", "BucketSizeBytes", "BucketName", var.bucket, "StorageType", class, { label = class }]] },
        { title = "Objects in the bucket", stat = "Average", period = local.day, series = [["AWS/S3", "NumberOfObjects", "BucketName", var.bucket, "StorageType", "AllStorageTypes", { label = "objects" }]] },
        { title = "Bytes that queries scanned", stat = "Sum", series = [["AWS/Athena", "ProcessedBytes", "WorkGroup", var.workgroup, "QueryState", "SUCCEEDED", "QueryType", "DML", { label = "scanned" }]] },
      ]
    },
  ]

  # A part is a line of text, and below it rows of up to six small or three large ones.
  widgets = flatten([for at, part in local.parts : concat(
    [jsonencode({ type = "text", x = 0, y = local.top[at], width = 24, height = 1, properties = { markdown = "## ${part.title}" } })],
    [for index, one in part.shown : jsonencode({
      type   = "metric"
      x      = index % local.across[at] * floor(24 / local.across[at])
      y      = local.top[at] + 1 + floor(index / local.across[at]) * local.tall[at]
      width  = floor(24 / local.across[at])
      height = local.tall[at]
      properties = {
        title   = one.title
        view    = lookup(one, "view", "timeSeries")
        stat    = one.stat
        period  = lookup(one, "period", local.run)
        region  = lookup(one, "region", var.region)
        metrics = one.series
      }
    })],
  )])

  across = [5, 3, 3, 3]
  tall   = [4, 6, 6, 6]
  rows   = [for at, part in local.parts : ceil(length(part.shown) / local.across[at])]
  top    = [for at, part in local.parts : sum(concat([0], [for before in range(at) : 1 + local.rows[before] * local.tall[before]]))]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ start = "-P7D", widgets = [for widget in local.widgets : jsondecode(widget)] })
}
