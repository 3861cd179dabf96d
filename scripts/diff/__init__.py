"""Compare two contracts: load, compare, review, report."""

VERSION = "1.0.0"
"""The version of the rules and of the report in JSON."""
