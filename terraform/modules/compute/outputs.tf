output "cluster" {
  description = "Name of the cluster."
  value       = aws_ecs_cluster.this.name
  depends_on  = [aws_ecs_cluster_capacity_providers.this]
}

output "cluster_arn" {
  description = "ARN of the cluster."
  value       = local.cluster_arn
  depends_on  = [aws_ecs_cluster.this, aws_ecs_cluster_capacity_providers.this]
}

output "schedule_group" {
  description = "Name of the group of all schedules."
  value       = aws_scheduler_schedule_group.this.name
}

output "dead_letter_name" {
  description = "Name of the queue of starts that failed."
  value       = aws_sqs_queue.dead_letter.name
}

output "dead_letter_arn" {
  description = "ARN of the queue of starts that failed."
  value       = local.dead_arn
}

output "execution_role_arn" {
  description = "ARN of the role by which ECS fetches the image and writes logs."
  value       = module.execution.arn
}

output "scheduler_role_arn" {
  description = "ARN of the role by which tasks are started."
  value       = module.scheduler.arn
}
