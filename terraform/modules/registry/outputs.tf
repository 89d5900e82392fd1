output "url" {
  description = "Where images are pushed to."
  value       = "${var.host}/${aws_ecr_repository.this.name}"
}

output "arn" {
  description = "ARN of the repository."
  value       = "${var.arn_prefix}:repository/${aws_ecr_repository.this.name}"
}
