"""The impact of findings on the facade, on apps and on the next version."""
