"""Tests of facade.testing, the sandbox."""
