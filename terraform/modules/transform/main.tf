# Raw to the table, and small files of the table to large ones.

module "role" {
  source = "../role"

  name        = "${var.platform.name}-transform"
  description = "schemahub transform, compact"
  component   = "transform"
  service     = "ecs-tasks.amazonaws.com"
  account_id  = var.account_id

  statements = [
    # docs/AWS.md, "transform": says of each line why.
    { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.bucket_arn] },
    {
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${var.lake_arn}/raw_*", "${var.lake_arn}/checkpoints/*", "${var.lake_arn}/seeds/*"]
    },
    {
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["${var.lake_arn}/unified_trades/*", "${var.lake_arn}/quarantine/*", "${var.lake_arn}/runs/*"]
    },
    {
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:AbortMultipartUpload"]
      Resource = ["${var.lake_arn}/unified_trades/*"]
    },
    { Effect = "Allow", Action = ["s3:DeleteObject"], Resource = ["${var.lake_arn}/runs/*"] },
    # The catalog. Database and table are made here, so the tasks need no right to make them.
    {
      Effect = "Allow"
      Action = [
        "glue:GetTable", "glue:UpdateTable", "glue:GetPartitions", "glue:BatchCreatePartition",
        "glue:BatchUpdatePartition", "glue:DeletePartition",
      ]
      Resource = var.glue_arns
    },
  ]
}

module "transform" {
  source = "../task"

  name        = "transform"
  component   = "transform"
  platform    = var.platform
  role_arn    = module.role.arn
  size        = var.size
  log_group   = var.log_groups["transform"]
  environment = merge(var.environment, var.catalog_environment)
  command     = ["transform"]

  schedules = {
    transform = {
      description      = "Raw to the table"
      expression       = var.schedule
      flexible_minutes = var.flexible_minutes
      spot             = false # costs cents a month, and there is always room
    }
  }
}

module "compact" {
  source = "../task"

  name        = "compact"
  component   = "transform"
  platform    = var.platform
  role_arn    = module.role.arn
  size        = var.size
  log_group   = var.log_groups["compact"]
  environment = merge(var.environment, var.catalog_environment)
  command     = ["compact"]

  schedules = {
    compact = {
      description      = "Small files of the table to large ones"
      expression       = var.compact_schedule
      flexible_minutes = var.flexible_minutes
      spot             = var.spot
    }
  }
}
