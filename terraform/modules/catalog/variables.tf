variable "database" {
  description = "Name of the Glue database."
  type        = string
}

variable "workgroup" {
  description = "Name of the Athena workgroup."
  type        = string
}

variable "results_bucket_name" {
  description = "Name of the bucket for results of queries."
  type        = string
}

variable "lake_url" {
  description = "The lake, as `s3://BUCKET/schemahub`."
  type        = string
}

variable "scan_limit_gb" {
  description = "Gigabytes that one query may scan."
  type        = number
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
