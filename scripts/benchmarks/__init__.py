"""What `make bench` measures: each figure a ratio, measured side by side in one run."""
