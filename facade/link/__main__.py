"""Relate the pairs of records in a CSV under an association, each once."""

import argparse
from collections.abc import Sequence

from facade import AssociationsClient
from facade.link.command import run
from facade.link.command_line import EPILOG, add_arguments
from facade.link.console import leave, status_of

_SETTINGS = """
The token and the location come from the environment: HIGHLEVEL_TOKEN and
HIGHLEVEL_LOCATION_ID; HIGHLEVEL_BASE_URL is for another address, and
HIGHLEVEL_VERSION for another Version of the API than the default.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m facade.link",
        description=__doc__,
        epilog=_SETTINGS + EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    options = parser.parse_args(arguments)
    return status_of(lambda: run(options, AssociationsClient.from_env))


if __name__ == "__main__":
    leave(main)
