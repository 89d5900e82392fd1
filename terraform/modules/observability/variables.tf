variable "name" {
  description = "What names begin with."
  type        = string
}

variable "namespace" {
  description = "Namespace of schemahub's metrics."
  type        = string
}

variable "partition" {
  description = "The part of AWS, as `aws`."
  type        = string
}

variable "region" {
  description = "The region."
  type        = string
}

variable "account_id" {
  description = "The account."
  type        = string
}

variable "log_groups" {
  description = "Log groups: the ends of their names."
  type        = list(string)
}

variable "retention_days" {
  description = "Days that logs are kept."
  type        = number
}

variable "emails" {
  description = "Who is told of alarms."
  type        = list(string)
}

variable "exchanges" {
  description = "Exchanges that are read: each has alarms of its own."
  type        = list(string)
}

variable "silent_hours" {
  description = "Hours without a run after which somebody is told."
  type        = number
}

variable "late_hours" {
  description = "Age of the newest trade, in hours, above which data is stale."
  type        = number
}

variable "run_hours" {
  description = "Hours in which at least one run of `ingest` and `transform` starts."
  type        = number
}

variable "bucket" {
  description = "Name of the lake's bucket."
  type        = string
}

variable "locks_table" {
  description = "Name of the table of leases."
  type        = string
}

variable "dead_letter_name" {
  description = "Name of the queue of starts that failed."
  type        = string
}

variable "function" {
  description = "Name of the data-quality Lambda; none if there is none."
  type        = string
}

variable "workgroup" {
  description = "Name of the Athena workgroup."
  type        = string
}
