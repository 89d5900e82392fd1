# Leases. Nothing in here is worth a backup: a lost table costs a run, never a trade.

resource "aws_dynamodb_table" "locks" {
  name                        = var.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "lock_key"
  deletion_protection_enabled = !var.allow_destroy
  tags                        = { Component = "state" }

  attribute {
    name = "lock_key"
    type = "S"
  }

  # Tidies up after runs that died. It comes hours late, and no lease waits for it.
  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
}
