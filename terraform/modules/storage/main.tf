# The lake's bucket. Raw is written once and needed for ever: no rule expires a current object.

module "bucket" {
  source = "../bucket"

  name          = var.bucket_name
  component     = "storage"
  partition     = var.partition
  versioned     = true
  allow_destroy = var.allow_destroy
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = module.bucket.name

  rule {
    id     = "uploads that were never finished"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "old versions"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.old_versions_days
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  rule {
    id     = "raw grows cold"
    status = "Enabled"

    filter {
      and {
        prefix = "schemahub/raw_"
        # Smaller ones are charged as if they had this size, and cost more there than here.
        object_size_greater_than = 131072
      }
    }

    transition {
      days          = var.raw_infrequent_days
      storage_class = "STANDARD_IA"
    }

    # Still answers at once, as `verify --deep` and `transform --full` need it.
    transition {
      days          = var.raw_archive_days
      storage_class = "GLACIER_IR"
    }
  }
}
