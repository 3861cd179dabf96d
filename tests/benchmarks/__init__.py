"""Tests of scripts.benchmarks."""
