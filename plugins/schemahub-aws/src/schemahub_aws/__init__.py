"""S3, DynamoDB, Glue, Athena and CloudWatch for schemahub."""
