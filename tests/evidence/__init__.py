"""Tests of scripts.evidence with a sandbox that conforms to the contract or deviates from it."""
