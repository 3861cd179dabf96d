"""Thin commands, one per step from HighLevel's document to code."""
