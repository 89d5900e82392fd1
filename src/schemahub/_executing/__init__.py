"""Units of work on an executor: a bounded number at a time, again where a worker is lost."""
