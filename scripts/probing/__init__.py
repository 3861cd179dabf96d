"""The library behind scripts.probe: its requests, and what the responses show."""
