variable "name" {
  description = "Name of the role."
  type        = string
}

variable "description" {
  description = "What the role is for."
  type        = string
}

variable "component" {
  description = "What the role belongs to: its tag."
  type        = string
}

variable "service" {
  description = "The service that takes the role, as `ecs-tasks.amazonaws.com`."
  type        = string
}

variable "account_id" {
  description = "The account."
  type        = string
}

variable "says_for_whom" {
  description = "Whether the service is documented to say for which account it takes the role. Where not, it takes only what somebody of the account passed to it."
  type        = bool
  default     = true
}

variable "statements" {
  description = "Statements of the role's policy."
  type        = any

  validation {
    condition     = alltrue([for statement in var.statements : !strcontains(jsonencode(statement.Action), "*")])
    error_message = "No action may be a wildcard."
  }
}
