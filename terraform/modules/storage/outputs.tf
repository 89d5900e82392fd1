output "bucket" {
  description = "Name of the lake's bucket."
  value       = module.bucket.name
}

output "bucket_arn" {
  description = "ARN of the lake's bucket."
  value       = module.bucket.arn
}

output "lake_arn" {
  description = "What the ARNs of all objects of the lake begin with."
  value       = "${module.bucket.arn}/schemahub"
}

output "lake_url" {
  description = "What `--lake` takes."
  value       = "s3://${module.bucket.name}/schemahub"
}
