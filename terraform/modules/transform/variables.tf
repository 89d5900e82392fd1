variable "platform" {
  description = "What all tasks share; see modules/task."
  type        = any
}

variable "account_id" {
  description = "The account."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of the lake's bucket."
  type        = string
}

variable "lake_arn" {
  description = "What the ARNs of the lake's objects begin with."
  type        = string
}

variable "glue_arns" {
  description = "ARNs of the catalog, the database and the table."
  type        = list(string)
}

variable "environment" {
  description = "Variables of all tasks."
  type        = map(string)
}

variable "catalog_environment" {
  description = "Variables that name the catalog."
  type        = map(string)
}

variable "log_groups" {
  description = "Names of the log groups of `transform` and `compact`."
  type        = map(string)
}

variable "size" {
  description = "Processor and memory."
  type        = object({ cpu = number, memory = number })
}

variable "schedule" {
  description = "When `transform` starts: `rate(...)` or `cron(...)`."
  type        = string
}

variable "compact_schedule" {
  description = "When `compact` starts: `rate(...)` or `cron(...)`."
  type        = string
}

variable "flexible_minutes" {
  description = "Minutes by which a start may be late."
  type        = number
}

variable "spot" {
  description = "Whether scheduled runs use Spot."
  type        = bool
}
