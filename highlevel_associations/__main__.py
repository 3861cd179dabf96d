"""`python -m highlevel_associations` is the command `highlevel-associations`."""

from facade.cli.__main__ import run

if __name__ == "__main__":
    run()
