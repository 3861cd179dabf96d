"""Slow tests, run by `make proof`: they build, install and start what users install and start."""
