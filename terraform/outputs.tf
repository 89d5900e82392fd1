output "lake" {
  description = "The lake, for --lake, SCHEMAHUB_LAKE and notebooks."
  value       = module.storage.lake_url
}

output "bucket" {
  description = "The lake's bucket, for --s3-bucket and S3_BUCKET."
  value       = module.storage.bucket
}

output "locks_table" {
  description = "The table of leases, for DYNAMODB_LOCKS_TABLE."
  value       = module.state.table
}

output "environment" {
  description = "What to paste into a shell to run the same commands on the same lake by hand."
  value       = "export AWS_REGION=${var.region} S3_BUCKET=${module.storage.bucket} DYNAMODB_LOCKS_TABLE=${module.state.table}"
}

output "push_image" {
  description = "How the image gets into the repository; run it in the repository's folder."
  value       = <<-TEXT
    aws ecr get-login-password --region ${var.region} | docker login --username AWS --password-stdin ${local.host}
    docker build --platform linux/${var.architecture == "ARM64" ? "arm64" : "amd64"} --tag ${local.platform.image} . && docker push ${local.platform.image}
  TEXT
}

output "run" {
  description = "How to start each task now, on Fargate."
  value = { for task, definition in local.definitions : task => join(" ", [
    "aws ecs run-task --region ${var.region} --cluster ${module.compute.cluster} --launch-type FARGATE",
    "--task-definition ${definition}",
    "--network-configuration 'awsvpcConfiguration={subnets=[${join(",", module.network.subnet_ids)}],securityGroups=[${join(",", module.network.security_group_ids)}],assignPublicIp=ENABLED}'",
  ]) }
}

output "update_seed" {
  description = "What to add to run.ingest to write the product lists: needed once, where `products` is empty."
  value = "--overrides '${jsonencode({ containerOverrides = [{
    name    = "ingest",
    command = concat(["update-seed"], flatten([for exchange in var.exchanges : ["--exchange", exchange]]))
  }] })}'"
}

output "first_query" {
  description = "A query, by Athena."
  value       = "aws athena start-query-execution --region ${var.region} --work-group ${module.catalog.workgroup} --query-execution-context Database=${module.catalog.database} --query-string 'SELECT symbol, count(*) FROM ${module.catalog.table} GROUP BY symbol'"
}

output "dashboard_url" {
  description = "The dashboard."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${module.observability.dashboard}"
}

output "logs" {
  description = "How to follow the logs of each task."
  value       = { for task, group in module.observability.log_groups : task => "aws logs tail ${group} --region ${var.region} --follow" }
}

output "alarm_topic" {
  description = "ARN of the topic that alarms go to, to add a pager."
  value       = module.observability.topic_arn
}

output "alarms" {
  description = "Names of the alarms; docs/RUNBOOK.md has a section for each kind."
  value       = module.observability.alarms
}

output "billing_alerts" {
  description = "Dollars a month at which somebody is told."
  value       = module.budget.thresholds
}

output "quality_function" {
  description = "Name of the data-quality Lambda; none without `quality_package`."
  value       = module.quality.function
}
