"""Tests of what asks the real API: against the sandbox, honest and lying."""
