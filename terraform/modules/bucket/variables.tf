variable "name" {
  description = "Name of the bucket."
  type        = string
}

variable "component" {
  description = "What the bucket is for: its tag."
  type        = string
}

variable "partition" {
  description = "The part of AWS, as `aws`."
  type        = string
}

variable "versioned" {
  description = "Whether replaced and deleted objects are kept for a while."
  type        = bool
}

variable "allow_destroy" {
  description = "Whether `terraform destroy` may delete a bucket that holds objects."
  type        = bool
}
