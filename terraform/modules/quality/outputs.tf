output "definition" {
  description = "Name of the task definition of `verify`."
  value       = module.verify.definition
}

output "function" {
  description = "Name of the data-quality Lambda; none if there is none."
  value       = local.with_function ? local.function : null
}
