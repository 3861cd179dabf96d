"""Read OpenAPI documents: shared by bundle, lint, diff, page and observed."""
