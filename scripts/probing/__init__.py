"""The library behind scripts.probe: what is asked of the real API, and what its answers settle."""
