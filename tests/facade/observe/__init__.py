"""Tests of facade.observe, the recorder."""
