"""The error of the contract tools: why a run cannot go on, in one line."""


class CannotRunError(Exception):
    """Why a command cannot do its work, and what a person can do about it (exit code 2)."""
