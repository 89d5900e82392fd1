variable "name" {
  description = "What names begin with."
  type        = string
}

variable "region" {
  description = "The region."
  type        = string
}

variable "cidr" {
  description = "Addresses of the network, a /16."
  type        = string
}

variable "zones" {
  description = "Availability zones, each with a subnet."
  type        = number
}
