"""Small files to large ones, and what is no longer read to nothing."""
