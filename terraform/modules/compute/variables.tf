variable "name" {
  description = "What names begin with."
  type        = string
}

variable "tasks" {
  description = "Tasks that the scheduler starts: the ends of their definitions' names."
  type        = list(string)
}

variable "task_roles" {
  description = "Names of the roles that these tasks take."
  type        = list(string)
}

variable "repository_arn" {
  description = "ARN of the repository that holds the image."
  type        = string
}

variable "log_group_arns" {
  description = "ARNs of the log groups that tasks write to."
  type        = list(string)
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
