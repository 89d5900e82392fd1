output "definition" {
  description = "Name of the task definition."
  value       = aws_ecs_task_definition.this.family
}
