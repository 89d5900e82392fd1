output "table" {
  description = "What `DYNAMODB_LOCKS_TABLE` takes."
  value       = aws_dynamodb_table.locks.name
}

output "table_arn" {
  description = "ARN of the table."
  value       = "${var.arn_prefix}:table/${aws_dynamodb_table.locks.name}"
}
