"""Tests of scripts.probing, against a sandbox that conforms to the contract or deviates."""
