"""Policies: changes that a team permits, in openapi/diff.yaml or as options; off by default."""
