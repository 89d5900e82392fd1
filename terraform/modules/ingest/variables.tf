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

variable "locks_table" {
  description = "Name of the table of leases."
  type        = string
}

variable "locks_table_arn" {
  description = "ARN of the table of leases."
  type        = string
}

variable "environment" {
  description = "Variables of all tasks."
  type        = map(string)
}

variable "log_group" {
  description = "Name of the log group."
  type        = string
}

variable "size" {
  description = "Processor and memory."
  type        = object({ cpu = number, memory = number })
}

variable "exchanges" {
  description = "Exchanges that are read."
  type        = list(string)
}

variable "products" {
  description = "Products that are read; none: all in the seed."
  type        = list(string)
}

variable "first_since" {
  description = "How far back the first run of a product begins, as `6h`."
  type        = string
}

variable "workers" {
  description = "Products worked on at the same time."
  type        = number
}

variable "chunk_concurrency" {
  description = "Pages of one product read at the same time."
  type        = number
}

variable "max_minutes" {
  description = "Minutes after which a run ends cleanly; the next goes on."
  type        = number
}

variable "schedule" {
  description = "When runs start: `rate(...)` or `cron(...)`."
  type        = string
}

variable "fallback_schedule" {
  description = "When runs on Fargate start beside those on Spot; empty: never."
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
