output "definition" {
  description = "Name of the task definition."
  value       = aws_ecs_task_definition.this.family
}

output "schedules" {
  description = "When the task starts, by schedule."
  value       = { for name, schedule in aws_scheduler_schedule.this : name => schedule.schedule_expression }
}
