output "definition" {
  description = "Name of the task definition."
  value       = module.task.definition
}

output "schedules" {
  description = "When the task starts, by schedule."
  value       = module.task.schedules
}
