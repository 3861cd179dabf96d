"""Deliberate bugs: their kinds, a sample of them, and the tests that should fail for each."""
