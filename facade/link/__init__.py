"""The command `python -m facade.link`: relate the pairs of a CSV."""
