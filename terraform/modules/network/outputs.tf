output "subnet_ids" {
  description = "Subnets that tasks run in."
  value       = aws_subnet.public[*].id
}

output "security_group_ids" {
  description = "Security groups of tasks."
  value       = [aws_security_group.tasks.id]
}
