# A mail at each step of what the account has cost this month.

locals {
  thresholds = [for step in range(1, var.steps + 1) : step * var.increment]
}

resource "aws_budgets_budget" "monthly" {
  name         = "${var.name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(max(local.thresholds...))
  limit_unit   = "USD"
  tags         = { Component = "budget" }

  dynamic "notification" {
    for_each = local.thresholds
    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = "ACTUAL"
      threshold                  = notification.value
      threshold_type             = "ABSOLUTE_VALUE"
      subscriber_email_addresses = [var.email]
    }
  }
}
