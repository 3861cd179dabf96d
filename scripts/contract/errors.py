"""The errors of the contract tools: why a run cannot go on, in one line."""


class CannotRunError(Exception):
    """Why a command cannot do its work, and what a person can do about it (exit code 2)."""


class NotThereError(CannotRunError):
    """A document is gone from the web: a finding, where it was there before."""
