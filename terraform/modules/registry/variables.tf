variable "name" {
  description = "Name of the repository."
  type        = string
}

variable "kept_images" {
  description = "Images that are kept."
  type        = number
}

variable "arn_prefix" {
  description = "`arn:PARTITION:ecr:REGION:ACCOUNT`."
  type        = string
}

variable "host" {
  description = "Host of the account's registry."
  type        = string
}

variable "allow_destroy" {
  description = "Whether a repository that holds images may be deleted."
  type        = bool
}
