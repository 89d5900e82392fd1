# One role for one kind of work: who may take it, and what it may do.

resource "aws_iam_role" "this" {
  name        = var.name
  description = var.description
  tags        = { Component = var.component }

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = var.service } },
      # The service works for many accounts; it takes this role for this one alone.
      { for key, condition in {
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      } : key => condition if var.says_for_whom },
    )]
  })
}

resource "aws_iam_role_policy" "this" {
  name   = "work"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = var.statements })
}
