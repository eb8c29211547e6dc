"""Actions on many rows of a list, run by a worker."""
