variable "platform" {
  description = "What all tasks share; see modules/task."
  type        = any
}

variable "partition" {
  description = "The part of AWS, as `aws`."
  type        = string
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

variable "workgroup_arn" {
  description = "ARN of the Athena workgroup."
  type        = string
}

variable "results_arn" {
  description = "ARN of the bucket for results of queries."
  type        = string
}

variable "environment" {
  description = "Variables of all tasks."
  type        = map(string)
}

variable "athena_environment" {
  description = "Variables by which queries go to Athena."
  type        = map(string)
}

variable "log_groups" {
  description = "Names of the log groups of `verify` and `quality`."
  type        = map(string)
}

variable "log_group_arns" {
  description = "ARNs of the log groups."
  type        = map(string)
}

variable "size" {
  description = "Processor and memory of `verify`."
  type        = object({ cpu = number, memory = number })
}

variable "package" {
  description = "The Lambda's code: a zip on this machine, or one in S3; none: no Lambda."
  type = object({
    path         = optional(string)
    bucket       = optional(string)
    key          = optional(string)
    architecture = optional(string, "x86_64")
    runtime      = optional(string, "python3.11")
  })
}

variable "code_bucket_name" {
  description = "Name of the bucket that a package from this machine is put into."
  type        = string
}

variable "verify_schedule" {
  description = "When `verify` starts: `rate(...)` or `cron(...)`."
  type        = string
}

variable "quality_schedule" {
  description = "When the Lambda starts: `rate(...)` or `cron(...)`."
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
