"""From new raw batches to the table."""
