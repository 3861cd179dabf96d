"""The error for a missing package of an extra."""


def missing_extra(extra: str) -> ImportError:
    """Return the error, which says what to install."""
    return ImportError(f'a package is missing: pip install "highlevel-associations[{extra}]"')
