output "definitions" {
  description = "Names of the task definitions."
  value       = { transform = module.transform.definition, compact = module.compact.definition }
}
