output "definitions" {
  description = "Names of the task definitions."
  value       = { transform = module.transform.definition, compact = module.compact.definition }
}

output "role" {
  description = "Name of the role."
  value       = module.role.name
}
