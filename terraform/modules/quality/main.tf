# Two checks of the same lake. The Lambda looks every day at what can be told from names, checkpoints and the table.
# The task `verify` proves completeness and uniqueness; it has the memory and the time that a large lake takes.

locals {
  reads_the_lake = [
    # docs/AWS.md, "verify": says of each line why.
    { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.bucket_arn] },
    {
      Effect = "Allow"
      Action = ["s3:GetObject"]
      Resource = [
        "${var.lake_arn}/raw_*", "${var.lake_arn}/checkpoints/*", "${var.lake_arn}/seeds/*",
        "${var.lake_arn}/unified_trades/*", "${var.lake_arn}/quarantine/*", "${var.lake_arn}/runs/*",
      ]
    },
  ]
}

module "verify_role" {
  source = "../role"

  name        = "${var.platform.name}-verify"
  description = "schemahub verify, status, gaps, report: reads, and writes nothing"
  component   = "quality"
  service     = "ecs-tasks.amazonaws.com"
  account_id  = var.account_id
  statements  = local.reads_the_lake
}

module "verify" {
  source = "../task"

  name        = "verify"
  component   = "quality"
  platform    = var.platform
  role_arn    = module.verify_role.arn
  size        = var.size
  log_group   = var.log_groups["verify"]
  environment = var.environment
  command     = ["verify", "--allow-confirmed"]

  schedules = {
    verify = {
      description      = "Proof that nothing is missing and nothing is twice"
      expression       = var.verify_schedule
      flexible_minutes = var.flexible_minutes
      spot             = var.spot
    }
  }
}
