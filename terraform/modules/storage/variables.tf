variable "bucket_name" {
  description = "Name of the lake's bucket."
  type        = string
}

variable "partition" {
  description = "The part of AWS, as `aws`."
  type        = string
}

variable "old_versions_days" {
  description = "Days that replaced and deleted objects are kept."
  type        = number
}

variable "raw_infrequent_days" {
  description = "Days after which raw moves to Standard-IA."
  type        = number
}

variable "raw_archive_days" {
  description = "Days after which raw moves to Glacier Instant Retrieval."
  type        = number
}

variable "allow_destroy" {
  description = "Whether `terraform destroy` may delete the lake."
  type        = bool
}
