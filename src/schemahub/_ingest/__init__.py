"""From ranges to pages to batches to checkpoints."""
