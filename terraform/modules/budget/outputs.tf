output "thresholds" {
  description = "Dollars a month at which somebody is told."
  value       = local.thresholds
}
