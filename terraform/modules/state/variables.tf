variable "table_name" {
  description = "Name of the table."
  type        = string
}

variable "arn_prefix" {
  description = "`arn:PARTITION:dynamodb:REGION:ACCOUNT`."
  type        = string
}

variable "allow_destroy" {
  description = "Whether the table may be deleted."
  type        = bool
}
