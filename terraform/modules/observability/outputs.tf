output "log_groups" {
  description = "Names of the log groups, by task."
  value       = { for task, group in aws_cloudwatch_log_group.this : task => group.name }
}

output "log_group_arns" {
  description = "ARNs of the log groups, by task."
  value       = { for task, group in aws_cloudwatch_log_group.this : task => "arn:${var.partition}:logs:${var.region}:${var.account_id}:log-group:${group.name}" }
}

output "topic_arn" {
  description = "ARN of the topic that alarms go to."
  value       = local.topic_arn
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "alarms" {
  description = "Names of the alarms."
  value       = sort([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name])
}
