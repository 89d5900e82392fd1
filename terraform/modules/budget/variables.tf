variable "name" {
  description = "What names begin with."
  type        = string
}

variable "email" {
  description = "Who is told."
  type        = string
}

variable "increment" {
  description = "Dollars from one alert to the next."
  type        = number
}

variable "steps" {
  description = "Alerts."
  type        = number
}
