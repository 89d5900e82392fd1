"""`schemahub mapping`: check a mapping against raw lines, and write one from them."""
