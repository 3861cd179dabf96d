"""Policies: what a team lets pass, in openapi/diff.yaml or by options. Each is off by default."""
