"""Compare two contracts: load -> compare -> report, one room for each idea."""
