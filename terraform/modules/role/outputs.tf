output "arn" {
  description = "ARN of the role."
  value       = aws_iam_role.this.arn
  # Whoever takes the role needs its rights as well.
  depends_on = [aws_iam_role_policy.this]
}

output "name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}
