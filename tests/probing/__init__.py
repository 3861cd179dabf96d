"""Tests of scripts.probing with a sandbox that conforms to the contract or deviates from it."""
