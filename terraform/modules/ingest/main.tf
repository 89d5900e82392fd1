# New trades, from each product's watermark to its head.

module "role" {
  source = "../role"

  name        = "${var.platform.name}-ingest"
  description = "schemahub ingest, update-seed, backfill"
  component   = "ingest"
  service     = "ecs-tasks.amazonaws.com"
  account_id  = var.account_id

  # docs/AWS.md, "ingest": says of each line why.
  statements = [
    { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.bucket_arn] },
    {
      Effect = "Allow"
      Action = ["s3:GetObject", "s3:PutObject"]
      Resource = [
        "${var.lake_arn}/seeds/*", "${var.lake_arn}/checkpoints/*", "${var.lake_arn}/raw_*", "${var.lake_arn}/runs/*",
      ]
    },
    { Effect = "Allow", Action = ["s3:AbortMultipartUpload"], Resource = ["${var.lake_arn}/raw_*"] },
    {
      Effect   = "Allow"
      Action   = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:GetItem"]
      Resource = [var.locks_table_arn]
    },
  ]
}

module "task" {
  source = "../task"

  name        = "ingest"
  component   = "ingest"
  platform    = var.platform
  role_arn    = module.role.arn
  size        = var.size
  log_group   = var.log_group
  environment = merge(var.environment, { DYNAMODB_LOCKS_TABLE = var.locks_table })

  command = concat(
    ["ingest", "--max-minutes", tostring(var.max_minutes), "--since", var.first_since],
    ["--workers", tostring(var.workers), "--chunk-concurrency", tostring(var.chunk_concurrency)],
    flatten([for exchange in var.exchanges : ["--exchange", exchange]]),
    flatten([for product in var.products : ["--product", product]]),
  )

  schedules = merge(
    {
      ingest = {
        description      = "New trades"
        expression       = var.schedule
        flexible_minutes = var.flexible_minutes
        spot             = var.spot
      }
    },
    # ECS does not turn to Fargate where Spot has no room: the start fails. A run on Fargate now and then takes all
    # that the others left, and finds nothing to do where they ran.
    { for name, schedule in {
      ingest-fallback = {
        description      = "New trades, where Spot had no room"
        expression       = var.fallback_schedule
        flexible_minutes = var.flexible_minutes
        spot             = false
      }
    } : name => schedule if var.spot && var.fallback_schedule != "" },
  )
}
