# The whole platform. Each module is one part of it; what they share is put together here.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  bucket    = coalesce(var.bucket_name, "${var.name}-${local.account}-${var.region}")
  host      = "${local.account}.dkr.ecr.${var.region}.${data.aws_partition.current.dns_suffix}"

  tasks = ["ingest", "transform", "compact", "verify"]
  # Named, and not taken from their modules: those are given the scheduler's role, which passes these on.
  task_roles = ["${var.name}-ingest", "${var.name}-transform", "${var.name}-verify"]

  definitions = merge(
    module.transform.definitions,
    { ingest = module.ingest.definition, verify = module.quality.definition },
  )

  # As docs/AWS.md and docs/METRICS.md name them. Credentials are none of these: tasks have roles.
  environment = merge(
    {
      S3_BUCKET                                   = module.storage.bucket
      AWS_REGION                                  = var.region
      SCHEMAHUB_OBSERVERS__CLOUDWATCH__MODE       = "emf"
      SCHEMAHUB_OBSERVERS__CLOUDWATCH__NAMESPACE  = var.name
      SCHEMAHUB_OBSERVERS__CLOUDWATCH__BY_PRODUCT = tostring(var.metrics_by_product)
    },
    var.settings,
  )
  catalog_environment = {
    SCHEMAHUB_CATALOG                  = "glue"
    SCHEMAHUB_CATALOGS__GLUE__DATABASE = module.catalog.database
    SCHEMAHUB_CATALOGS__GLUE__TABLE    = module.catalog.table
  }
  athena_environment = {
    SCHEMAHUB_QUERY_ENGINE                     = "athena"
    SCHEMAHUB_QUERY_ENGINES__ATHENA__DATABASE  = module.catalog.database
    SCHEMAHUB_QUERY_ENGINES__ATHENA__WORKGROUP = module.catalog.workgroup
  }

  platform = {
    name               = var.name
    region             = var.region
    enabled            = var.enabled
    image              = coalesce(var.image, "${module.registry.url}:${var.image_tag}")
    architecture       = var.architecture
    cluster_arn        = module.compute.cluster_arn
    schedule_group     = module.compute.schedule_group
    execution_role_arn = module.compute.execution_role_arn
    scheduler_role_arn = module.compute.scheduler_role_arn
    dead_letter_arn    = module.compute.dead_letter_arn
    subnet_ids         = module.network.subnet_ids
    security_group_ids = module.network.security_group_ids
  }
}

module "storage" {
  source = "./modules/storage"

  bucket_name         = local.bucket
  partition           = local.partition
  old_versions_days   = var.old_versions_days
  raw_infrequent_days = var.raw_infrequent_days
  raw_archive_days    = var.raw_archive_days
  allow_destroy       = var.allow_destroy
}

module "state" {
  source = "./modules/state"

  table_name    = "${var.name}-locks"
  arn_prefix    = "arn:${local.partition}:dynamodb:${var.region}:${local.account}"
  allow_destroy = var.allow_destroy
}

module "catalog" {
  source = "./modules/catalog"

  database            = replace(var.name, "-", "_")
  workgroup           = var.name
  results_bucket_name = "${local.bucket}-athena"
  lake_url            = module.storage.lake_url
  scan_limit_gb       = var.scan_limit_gb
  partition           = local.partition
  region              = var.region
  account_id          = local.account
}

module "registry" {
  source = "./modules/registry"

  name          = var.name
  kept_images   = var.kept_images
  arn_prefix    = "arn:${local.partition}:ecr:${var.region}:${local.account}"
  host          = local.host
  allow_destroy = var.allow_destroy
}

module "network" {
  source = "./modules/network"

  name   = var.name
  region = var.region
  cidr   = var.network_cidr
  zones  = var.zones
}

module "compute" {
  source = "./modules/compute"

  name           = var.name
  tasks          = local.tasks
  task_roles     = local.task_roles
  repository_arn = module.registry.arn
  log_group_arns = [for task in local.tasks : module.observability.log_group_arns[task]]
  partition      = local.partition
  region         = var.region
  account_id     = local.account
}

module "ingest" {
  source = "./modules/ingest"

  platform          = local.platform
  account_id        = local.account
  bucket_arn        = module.storage.bucket_arn
  lake_arn          = module.storage.lake_arn
  locks_table       = module.state.table
  locks_table_arn   = module.state.table_arn
  environment       = local.environment
  log_group         = module.observability.log_groups["ingest"]
  size              = var.ingest_size
  exchanges         = var.exchanges
  products          = var.products
  first_since       = var.first_since
  workers           = var.workers
  chunk_concurrency = var.chunk_concurrency
  max_minutes       = var.ingest_max_minutes
  schedule          = var.schedules.ingest
  fallback_schedule = var.schedules.ingest_fallback
  flexible_minutes  = var.flexible_minutes
  spot              = var.use_spot
}

module "transform" {
  source = "./modules/transform"

  platform            = local.platform
  account_id          = local.account
  bucket_arn          = module.storage.bucket_arn
  lake_arn            = module.storage.lake_arn
  glue_arns           = module.catalog.glue_arns
  environment         = local.environment
  catalog_environment = local.catalog_environment
  log_groups          = module.observability.log_groups
  size                = var.transform_size
  schedule            = var.schedules.transform
  compact_schedule    = var.schedules.compact
  flexible_minutes    = var.flexible_minutes
  spot                = var.use_spot
}

module "quality" {
  source = "./modules/quality"

  platform           = local.platform
  partition          = local.partition
  account_id         = local.account
  bucket_arn         = module.storage.bucket_arn
  lake_arn           = module.storage.lake_arn
  glue_arns          = module.catalog.glue_arns
  workgroup_arn      = module.catalog.workgroup_arn
  results_arn        = module.catalog.results_arn
  environment        = local.environment
  athena_environment = local.athena_environment
  log_groups         = module.observability.log_groups
  log_group_arns     = module.observability.log_group_arns
  size               = var.transform_size
  package            = var.quality_package
  code_bucket_name   = "${local.bucket}-code"
  verify_schedule    = var.schedules.verify
  quality_schedule   = var.schedules.quality
  flexible_minutes   = var.flexible_minutes
  spot               = var.use_spot
}

module "observability" {
  source = "./modules/observability"

  name             = var.name
  namespace        = var.name
  partition        = local.partition
  region           = var.region
  account_id       = local.account
  log_groups       = concat(local.tasks, ["quality"])
  retention_days   = var.log_retention_days
  emails           = length(var.alarm_emails) > 0 ? var.alarm_emails : [var.billing_alert_email]
  exchanges        = var.exchanges
  silent_hours     = var.alarm_silent_hours
  late_hours       = var.alarm_late_hours
  run_hours        = var.run_hours
  bucket           = module.storage.bucket
  locks_table      = module.state.table
  dead_letter_name = "${var.name}-dead-letter"
  function         = var.quality_package == null ? null : "${var.name}-quality"
  workgroup        = module.catalog.workgroup
}

module "budget" {
  source = "./modules/budget"

  name      = var.name
  email     = var.billing_alert_email
  increment = var.billing_alert_threshold_increment
  steps     = var.billing_alert_count
}
