variable "region" {
  description = "Region of everything, as eu-central-1. Where the exchange lets you in matters more than where you are."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like eu-central-1."
  }
}

variable "name" {
  description = "What the names of all that is made begin with; another one for each lake of an account."
  type        = string
  default     = "schemahub"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "A name has 2 to 20 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "tags" {
  description = "Tags of everything, beside Project, ManagedBy and Component."
  type        = map(string)
  default     = {}
}

variable "bucket_name" {
  description = "Name of the lake's bucket; none: NAME-ACCOUNT-REGION."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "allow_destroy" {
  description = "Whether `terraform destroy` may delete what is stored: the lake, the leases, the images."
  type        = bool
  default     = false
}

# --- what is read ---

variable "exchanges" {
  description = "Exchanges that are read; each has its plugin in the image."
  type        = list(string)
  default     = ["coinbase"]

  validation {
    condition     = length(var.exchanges) > 0 && alltrue([for one in var.exchanges : can(regex("^[a-z][a-z0-9]*$", one))])
    error_message = "Name at least one exchange, in lower-case letters and digits."
  }

  validation {
    condition     = length(distinct(var.exchanges)) == length(var.exchanges)
    error_message = "An exchange is named once."
  }
}

variable "products" {
  description = "Products that are read; none: all that `update-seed` found. Exchanges spell them differently, so with several leave it empty."
  type        = list(string)
  default     = ["BTC-USD", "ETH-USD"]

  validation {
    condition     = length(var.products) == 0 || length(var.exchanges) == 1
    error_message = "With several exchanges use the seed: products = []."
  }
}

variable "first_since" {
  description = "How far back the first run of a product begins, as 6h or 7d."
  type        = string
  default     = "6h"

  validation {
    condition     = can(regex("^[1-9][0-9]*[smhd]$", var.first_since))
    error_message = "A duration is written like 6h."
  }
}

# --- when it runs ---

variable "enabled" {
  description = "Whether schedules start anything. What is stored stays either way."
  type        = bool
  default     = true
}

variable "schedules" {
  description = "When each command starts, in UTC: rate(6 hours), or cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR). `transform` a while after `ingest`. `ingest_fallback` is for times in which Spot has no room: it uses Fargate; empty, never."
  type = object({
    ingest          = optional(string, "cron(0 0/6 * * ? *)")
    ingest_fallback = optional(string, "cron(0 3/12 * * ? *)")
    transform       = optional(string, "cron(45 0/6 * * ? *)")
    compact         = optional(string, "cron(30 2 * * ? *)")
    verify          = optional(string, "cron(30 4 * * ? *)")
    quality         = optional(string, "cron(30 1/6 * * ? *)")
  })
  default = {}

  validation {
    condition = alltrue([for command, schedule in var.schedules :
      can(regex("^(rate\\([1-9][0-9]* (minute|hour|day)s?\\)|cron\\(\\S+( \\S+){5}\\))$", schedule)) || (command == "ingest_fallback" && schedule == "")
    ])
    error_message = "A schedule is written rate(6 hours), or cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR)."
  }
}

variable "ingest_max_minutes" {
  description = "Minutes after which `ingest` ends cleanly, a little less than lie between two runs."
  type        = number
  default     = 330

  validation {
    condition     = var.ingest_max_minutes > 0 && var.ingest_max_minutes <= 24 * 60
    error_message = "Between a minute and a day."
  }
}

variable "flexible_minutes" {
  description = "Minutes by which AWS may start a run late; 0: on time."
  type        = number
  default     = 10

  validation {
    condition     = var.flexible_minutes >= 0 && var.flexible_minutes <= 1440 && floor(var.flexible_minutes) == var.flexible_minutes
    error_message = "Whole minutes from 0 to 1440."
  }
}

# --- how it runs ---

variable "image" {
  description = "The image; none: the repository made here, with `image_tag`."
  type        = string
  default     = null
}

variable "image_tag" {
  description = "Tag of the image in the repository made here. A tag is pushed once."
  type        = string
  default     = "0.1.0"

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "A tag has letters, digits, dots, hyphens and underscores, and is not `latest`: it says what ran."
  }
}

variable "architecture" {
  description = "Processor that the image is built for: X86_64 or ARM64."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "X86_64 or ARM64."
  }
}

variable "use_spot" {
  description = "Whether scheduled runs use Fargate Spot, for about a third of the price. A run that Spot ends saves what it has."
  type        = bool
  default     = true
}

variable "ingest_size" {
  description = "Processor (1024 are one) and MiB of memory of `ingest`, as Fargate pairs them."
  type        = object({ cpu = number, memory = number })
  default     = { cpu = 256, memory = 1024 }

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.ingest_size.cpu) && var.ingest_size.memory >= 2 * var.ingest_size.cpu
    error_message = "cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384, and memory at least twice as much."
  }
}

variable "transform_size" {
  description = "The same of `transform`, `compact` and `verify`."
  type        = object({ cpu = number, memory = number })
  default     = { cpu = 1024, memory = 2048 }

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.transform_size.cpu) && var.transform_size.memory >= 2 * var.transform_size.cpu
    error_message = "cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384, and memory at least twice as much."
  }
}

variable "workers" {
  description = "Products that `ingest` works on at the same time."
  type        = number
  default     = 3

  validation {
    condition     = var.workers >= 1 && var.workers <= 200
    error_message = "From 1 to 200."
  }
}

variable "chunk_concurrency" {
  description = "Pages of one product that `ingest` reads at the same time."
  type        = number
  default     = 5

  validation {
    condition     = var.chunk_concurrency >= 1 && var.chunk_concurrency <= 200
    error_message = "From 1 to 200."
  }
}

variable "settings" {
  description = "More settings of all tasks, as variables: { SCHEMAHUB_INGEST__BATCH_SIZE = \"50000\" }. No secret belongs here."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^SCHEMAHUB_[A-Z0-9_]+$", name))])
    error_message = "A setting's variable begins with SCHEMAHUB_; docs/CONFIGURATION.md names all."
  }
}

variable "quality_package" {
  description = "Code of the data-quality Lambda: path of a zip on this machine, or bucket and key of one in S3; none: no Lambda, `verify` alone."
  type = object({
    path         = optional(string)
    bucket       = optional(string)
    key          = optional(string)
    architecture = optional(string, "x86_64")
    runtime      = optional(string, "python3.11")
  })
  default = null

  validation {
    condition = var.quality_package == null || try(
      (var.quality_package.path != null) != (var.quality_package.bucket != null && var.quality_package.key != null)
    , false)
    error_message = "Give `path`, or `bucket` and `key`."
  }
}

# --- what is kept, and where ---

variable "network_cidr" {
  description = "Addresses of the network, a /16."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrhost(var.network_cidr, 0)) && endswith(var.network_cidr, "/16")
    error_message = "A /16, as 10.20.0.0/16."
  }
}

variable "zones" {
  description = "Availability zones that tasks may run in."
  type        = number
  default     = 2

  validation {
    condition     = contains([1, 2, 3], var.zones)
    error_message = "1, 2 or 3."
  }
}

variable "old_versions_days" {
  description = "Days that replaced and deleted objects are kept: the time in which a mistake can be taken back."
  type        = number
  default     = 14

  validation {
    condition     = var.old_versions_days >= 1
    error_message = "At least a day."
  }
}

variable "raw_infrequent_days" {
  description = "Days after which raw moves to Standard-IA."
  type        = number
  default     = 30

  validation {
    condition     = var.raw_infrequent_days >= 30
    error_message = "S3 moves nothing to Standard-IA before 30 days."
  }
}

variable "raw_archive_days" {
  description = "Days after which raw moves to Glacier Instant Retrieval; `transform --full` then pays to read it."
  type        = number
  default     = 180

  validation {
    condition     = var.raw_archive_days >= var.raw_infrequent_days + 30
    error_message = "At least 30 days in Standard-IA, which charges for them anyway."
  }
}

variable "kept_images" {
  description = "Images that the repository keeps, to go back to."
  type        = number
  default     = 5

  validation {
    condition     = var.kept_images >= 1
    error_message = "At least one."
  }
}

variable "scan_limit_gb" {
  description = "Gigabytes that one query in Athena may scan before it is stopped; 10 cost 5 cents."
  type        = number
  default     = 100

  validation {
    condition     = var.scan_limit_gb >= 1 && floor(var.scan_limit_gb) == var.scan_limit_gb
    error_message = "Whole gigabytes, at least one."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "One of those that CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731."
  }
}

# --- who is told ---

variable "billing_alert_email" {
  description = "Who is told what the account costs, and of alarms if `alarm_emails` is empty."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.billing_alert_email))
    error_message = "An e-mail address."
  }
}

variable "billing_alert_threshold_increment" {
  description = "Dollars from one alert of the month to the next: 25 means at 25, 50, 75 ..."
  type        = number
  default     = 25

  validation {
    condition     = var.billing_alert_threshold_increment > 0
    error_message = "More than nothing."
  }
}

variable "billing_alert_count" {
  description = "Alerts of a month; a budget has no more than five."
  type        = number
  default     = 4

  validation {
    condition     = contains([1, 2, 3, 4, 5], var.billing_alert_count)
    error_message = "From 1 to 5."
  }
}

variable "alarm_emails" {
  description = "Who is told of alarms; none: `billing_alert_email`."
  type        = list(string)
  default     = []
}

variable "alarm_silent_hours" {
  description = "Hours without a run after which somebody is told: two runs and an hour."
  type        = number
  default     = 13

  validation {
    condition     = var.alarm_silent_hours >= 1 && var.alarm_silent_hours <= 168 && floor(var.alarm_silent_hours) == var.alarm_silent_hours
    error_message = "Whole hours from 1 to 168."
  }
}

variable "alarm_late_hours" {
  description = "Age of the newest trade, in hours, above which data is stale."
  type        = number
  default     = 12

  validation {
    condition     = var.alarm_late_hours > 0
    error_message = "More than nothing."
  }
}

variable "run_hours" {
  description = "Hours from one run to the next, at least 1: the width of a point in the dashboard, and of failures in a row."
  type        = number
  default     = 6

  validation {
    condition     = contains([1, 2, 3, 4, 6, 8, 12, 24], var.run_hours)
    error_message = "1, 2, 3, 4, 6, 8, 12 or 24."
  }
}

variable "metrics_by_product" {
  description = "Whether some metrics are kept for each product: 20 cents a month each, every six hours (docs/METRICS.md)."
  type        = bool
  default     = false
}
