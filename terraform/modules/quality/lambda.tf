locals {
  function      = "${var.platform.name}-quality"
  function_arn  = "arn:${var.partition}:lambda:${var.platform.region}:${var.account_id}:function:${local.function}"
  with_function = var.package != null
  count         = local.with_function ? 1 : 0

  # A package is too large to be handed to Lambda directly, which takes 50 MB: it goes by way of S3.
  upload = try(var.package.path, null) == null ? [] : [var.package.path]
  # Named by what is in it, so that another package is another object, and the function is given it.
  key = try("quality-${filesha256(var.package.path)}.zip", null)
}

module "code" {
  source = "../bucket"
  count  = length(local.upload)

  name          = var.code_bucket_name
  component     = "quality"
  partition     = var.partition
  versioned     = false
  allow_destroy = true
}

resource "aws_s3_object" "package" {
  count = length(local.upload)

  bucket = module.code[0].name
  key    = local.key
  source = local.upload[0]
  tags   = { Component = "quality" }
}

module "function_role" {
  source = "../role"
  count  = local.count

  name        = local.function
  description = "The data-quality Lambda: reads the lake, asks Athena"
  component   = "quality"
  service     = "lambda.amazonaws.com"
  account_id  = var.account_id

  says_for_whom = false

  statements = concat(local.reads_the_lake, [
    {
      Effect = "Allow"
      Action = [
        "athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults",
        "athena:StopQueryExecution",
      ]
      Resource = [var.workgroup_arn]
    },
    { Effect = "Allow", Action = ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"], Resource = var.glue_arns },
    # Athena reads and writes results by the rights of whoever asks.
    { Effect = "Allow", Action = ["s3:GetBucketLocation"], Resource = [var.bucket_arn, var.results_arn] },
    { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.results_arn] },
    {
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
      Resource = ["${var.results_arn}/results/*"]
    },
    { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["${var.log_group_arns["quality"]}:*"] },
    { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = [var.platform.dead_letter_arn] },
  ])
}

resource "aws_lambda_function" "quality" {
  count = local.count

  function_name = local.function
  description   = "Checks of the lake: freshness, completeness, duplicates, volume, lag"
  role          = module.function_role[0].arn
  runtime       = var.package.runtime
  handler       = "schemahub_aws.quality.handler"
  architectures = [var.package.architecture]
  memory_size   = 1769 # one whole processor
  timeout       = 900
  s3_bucket     = try(aws_s3_object.package[0].bucket, var.package.bucket)
  s3_key        = try(aws_s3_object.package[0].key, var.package.key)
  tags          = { Component = "quality" }

  environment {
    variables = merge(
      # Lambda sets the region itself, and refuses whoever else does.
      { for name, value in var.environment : name => value if name != "AWS_REGION" },
      var.athena_environment,
      # Metrics are lines of the log, and what goes to stdout is in it as it is.
      { SCHEMAHUB_OBSERVERS__CLOUDWATCH__OUTPUT = "stdout" },
    )
  }

  logging_config {
    log_format = "Text"
    log_group  = var.log_groups["quality"]
  }

  dead_letter_config {
    target_arn = var.platform.dead_letter_arn
  }
}

resource "aws_lambda_function_event_invoke_config" "quality" {
  count = local.count

  function_name                = aws_lambda_function.quality[0].function_name
  maximum_retry_attempts       = 1
  maximum_event_age_in_seconds = 3600
}

module "scheduler_role" {
  source = "../role"
  count  = local.count

  name        = "${local.function}-scheduler"
  description = "EventBridge Scheduler: starts the data-quality Lambda"
  component   = "quality"
  service     = "scheduler.amazonaws.com"
  account_id  = var.account_id

  statements = [
    { Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = [local.function_arn] },
    { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = [var.platform.dead_letter_arn] },
  ]
}

resource "aws_scheduler_schedule" "quality" {
  count = local.count

  name                         = local.function
  description                  = "Checks of the lake"
  group_name                   = var.platform.schedule_group
  state                        = var.platform.enabled ? "ENABLED" : "DISABLED"
  schedule_expression          = var.quality_schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode                      = var.flexible_minutes > 0 ? "FLEXIBLE" : "OFF"
    maximum_window_in_minutes = var.flexible_minutes > 0 ? var.flexible_minutes : null
  }

  target {
    arn      = aws_lambda_function.quality[0].arn
    role_arn = module.scheduler_role[0].arn
    input    = jsonencode({}) # asks for everything

    retry_policy {
      maximum_retry_attempts       = 5
      maximum_event_age_in_seconds = 3600
    }

    dead_letter_config {
      arn = var.platform.dead_letter_arn
    }
  }
}
