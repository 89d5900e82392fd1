# Where tasks run, who starts them, and where a start that failed is kept.

locals {
  name        = var.name
  families    = [for task in var.tasks : "arn:${var.partition}:ecs:${var.region}:${var.account_id}:task-definition/${var.name}-${task}:*"]
  passed      = [for role in concat(var.task_roles, ["${var.name}-execution"]) : "arn:${var.partition}:iam::${var.account_id}:role/${role}"]
  cluster_arn = "arn:${var.partition}:ecs:${var.region}:${var.account_id}:cluster/${var.name}"
  dead_arn    = "arn:${var.partition}:sqs:${var.region}:${var.account_id}:${aws_sqs_queue.dead_letter.name}"
}

resource "aws_ecs_cluster" "this" {
  name = local.name
  tags = { Component = "compute" }

  # Its metrics cost more than the tasks; theirs say more.
  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.name
  tags = { Component = "compute" }
}

resource "aws_sqs_queue" "dead_letter" {
  name                      = "${local.name}-dead-letter"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
  tags                      = { Component = "compute" }
}

resource "aws_sqs_queue_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsAlone"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = local.dead_arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

module "execution" {
  source = "../role"

  name        = "${local.name}-execution"
  description = "ECS: fetches the image and writes logs for tasks"
  component   = "compute"
  service     = "ecs-tasks.amazonaws.com"
  account_id  = var.account_id

  says_for_whom = false # of task roles alone

  statements = [
    # A token is for the whole registry; AWS knows no smaller resource for it.
    { Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] },
    {
      Effect   = "Allow"
      Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Resource = [var.repository_arn]
    },
    {
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = [for arn in var.log_group_arns : "${arn}:*"]
    },
  ]
}

module "scheduler" {
  source = "../role"

  name        = "${local.name}-scheduler"
  description = "EventBridge Scheduler: starts tasks"
  component   = "compute"
  service     = "scheduler.amazonaws.com"
  account_id  = var.account_id

  statements = [
    {
      Effect    = "Allow"
      Action    = ["ecs:RunTask"]
      Resource  = local.families
      Condition = { ArnEquals = { "ecs:cluster" = local.cluster_arn } }
    },
    # A task carries the tags of its definition: ECS asks for this right too, of tasks that are just started.
    {
      Effect    = "Allow"
      Action    = ["ecs:TagResource"]
      Resource  = ["arn:${var.partition}:ecs:${var.region}:${var.account_id}:task/${local.name}/*"]
      Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
    },
    {
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = local.passed
      Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    },
    { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = [local.dead_arn] },
  ]
}
