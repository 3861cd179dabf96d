"""What is said where a package is missing that an extra installs."""


def missing_extra(extra: str) -> ImportError:
    """Return the error that says what to install."""
    return ImportError(f'a package is missing: pip install "highlevel-associations[{extra}]"')
