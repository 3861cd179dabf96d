"""The errors of the contract tools, in one line each."""


class CannotRunError(Exception):
    """Why a command cannot run, and what to do about it (exit code 2)."""


class MissingDocumentError(CannotRunError):
    """A document does not exist on the web or in a revision: a finding, if it did before."""
