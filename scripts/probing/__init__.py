"""The library behind scripts.probe: which requests it sends, and what the responses show."""
