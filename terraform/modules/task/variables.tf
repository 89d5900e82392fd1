variable "name" {
  description = "Name of the task, as `ingest`."
  type        = string
}

variable "component" {
  description = "What the task belongs to: its tag."
  type        = string
}

variable "command" {
  description = "What `schemahub` is given."
  type        = list(string)
}

variable "environment" {
  description = "Variables of the container."
  type        = map(string)
}

variable "size" {
  description = "Units of processor (1024 are one) and MiB of memory, as Fargate pairs them."
  type        = object({ cpu = number, memory = number })
}

variable "role_arn" {
  description = "ARN of the role that the task takes."
  type        = string
}

variable "log_group" {
  description = "Name of the log group."
  type        = string
}

variable "schedules" {
  description = "When the task starts, by the ends of the schedules' names."
  type = map(object({
    description      = string
    expression       = string
    flexible_minutes = number
    spot             = bool
  }))
}

variable "platform" {
  description = "What all tasks share."
  type = object({
    name               = string
    region             = string
    enabled            = bool
    image              = string
    architecture       = string
    cluster_arn        = string
    schedule_group     = string
    execution_role_arn = string
    scheduler_role_arn = string
    dead_letter_arn    = string
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
}
