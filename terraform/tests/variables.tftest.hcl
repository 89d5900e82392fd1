# What is refused, and what is planned by default. Nothing is asked of AWS: `terraform test`.

mock_provider "aws" {}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws", dns_suffix = "amazonaws.com" }
}

override_data {
  target = module.network.data.aws_availability_zones.open
  values = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
}

variables {
  region              = "eu-central-1"
  billing_alert_email = "somebody@example.com"
}

run "defaults" {
  command = plan

  assert {
    condition     = output.lake == "s3://schemahub-123456789012-eu-central-1/schemahub"
    error_message = "The lake has the name of the account and the region."
  }

  assert {
    condition     = join(" ", output.billing_alerts) == "25 50 75 100"
    error_message = "Somebody is told at 25, 50, 75 and 100 dollars."
  }

  assert {
    condition     = output.quality_function == null
    error_message = "Without a package there is no Lambda."
  }

  assert {
    condition     = strcontains(output.push_image, "123456789012.dkr.ecr.eu-central-1.amazonaws.com/schemahub:0.1.0")
    error_message = "The image is pushed to this account's repository."
  }
}

run "another_lake_every_half_hour" {
  command = plan

  variables {
    schedules          = { ingest = "rate(30 minutes)", transform = "cron(15/30 * * * ? *)", ingest_fallback = "" }
    ingest_max_minutes = 25
    run_hours          = 1
    alarm_silent_hours = 2
    alarm_late_hours   = 1
    name               = "other"
    bucket_name        = "my-own-lake"
  }

  assert {
    condition     = output.lake == "s3://my-own-lake/schemahub" && output.locks_table == "other-locks"
    error_message = "Names begin with `name`; the bucket has its own."
  }

  assert {
    condition     = !contains(keys(module.ingest.schedules), "ingest-fallback")
    error_message = "No fallback where none is wanted."
  }

  assert {
    condition     = module.ingest.schedules["ingest"] == "rate(30 minutes)"
    error_message = "The schedule is the one that was given."
  }
}

# Each is refused by itself; one run costs as much as ten.
run "nonsense" {
  command = plan

  variables {
    region                            = "Frankfurt"
    billing_alert_email               = "nobody"
    name                              = "-x"
    bucket_name                       = "No"
    schedules                         = { ingest = "every six hours" }
    exchanges                         = ["coinbase", "coinbase"]
    first_since                       = "six hours"
    image_tag                         = "latest"
    architecture                      = "MIPS"
    settings                          = { PATH = "/" }
    network_cidr                      = "10.0.0.0/24"
    quality_package                   = { path = "a.zip", bucket = "b", key = "c" }
    billing_alert_threshold_increment = 0
    billing_alert_count               = 6
    log_retention_days                = 31
    ingest_max_minutes                = 0
    workers                           = 0
    chunk_concurrency                 = 201
    flexible_minutes                  = 1.5
    raw_infrequent_days               = 29
    zones                             = 4
    scan_limit_gb                     = 0
    old_versions_days                 = 0
    kept_images                       = 0
    alarm_silent_hours                = 169
    alarm_late_hours                  = 0
    run_hours                         = 5
    ingest_size                       = { cpu = 256, memory = 256 }
    transform_size                    = { cpu = 300, memory = 2048 }
  }

  expect_failures = [
    var.region, var.billing_alert_email, var.name, var.bucket_name, var.schedules, var.exchanges, var.first_since, var.image_tag, var.architecture, var.settings, var.network_cidr, var.quality_package,
    var.billing_alert_threshold_increment, var.billing_alert_count, var.log_retention_days, var.ingest_max_minutes,
    var.workers, var.chunk_concurrency, var.flexible_minutes, var.raw_infrequent_days, var.zones, var.scan_limit_gb, var.old_versions_days, var.kept_images, var.alarm_silent_hours, var.alarm_late_hours,
    var.run_hours, var.ingest_size, var.transform_size,
  ]
}

run "nonsense_that_looks_better" {
  command = plan

  variables {
    exchanges        = ["coinbase", "kraken"] # and products, which each spells in its own way
    schedules        = { transform = "cron(0 0/6 * * *)" }
    raw_archive_days = 31
    quality_package  = {}
  }

  expect_failures = [var.products, var.schedules, var.raw_archive_days, var.quality_package]
}
