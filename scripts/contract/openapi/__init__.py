"""Reading OpenAPI documents: once, for bundle, lint, diff, page and observed."""
