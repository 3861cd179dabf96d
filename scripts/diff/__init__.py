"""Compare two contracts: load, compare, review, report."""
