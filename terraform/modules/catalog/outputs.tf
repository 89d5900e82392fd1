output "database" {
  description = "Name of the Glue database."
  value       = aws_glue_catalog_database.this.name
}

output "table" {
  description = "Name of the table in it."
  value       = aws_glue_catalog_table.trades.name
}

output "workgroup" {
  description = "Name of the Athena workgroup."
  value       = aws_athena_workgroup.this.name
}

output "glue_arns" {
  description = "The catalog, the database and the table: Glue asks for the right on all three."
  value = [
    "${local.glue}:catalog",
    "${local.glue}:database/${aws_glue_catalog_database.this.name}",
    "${local.glue}:table/${aws_glue_catalog_database.this.name}/${aws_glue_catalog_table.trades.name}",
  ]
}

output "workgroup_arn" {
  description = "ARN of the workgroup."
  value       = "arn:${var.partition}:athena:${var.region}:${var.account_id}:workgroup/${aws_athena_workgroup.this.name}"
}

output "results_arn" {
  description = "ARN of the bucket for results of queries."
  value       = module.results.arn
}
