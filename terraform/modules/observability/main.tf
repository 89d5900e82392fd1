# Logs, and who is told.

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(var.log_groups)

  name              = "/${var.name}/${each.key}"
  retention_in_days = var.retention_days
  tags              = { Component = "observability" }
}

# Not encrypted with a key: CloudWatch may not use the one that AWS keeps for SNS, and a message holds names of metrics.
resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
  tags = { Component = "observability" }
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "TlsAlone"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.emails)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}

locals {
  topic_arn = "arn:${var.partition}:sns:${var.region}:${var.account_id}:${aws_sns_topic.alarms.name}"
}
