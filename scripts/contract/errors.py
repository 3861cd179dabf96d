"""The one error of the contract tools: a run that cannot go on, said in one line."""


class CannotRunError(Exception):
    """Say why a command cannot do its work and what a person can do about it (exit code 2)."""
