"""Relate the pairs of records in a CSV under an association, each once.

The same as python -m facade.link.
"""

import argparse

from facade.cli.settings import SettingsError, add_settings, read_settings
from facade.link import command, command_line

EPILOG = f"""{command_line.EPILOG}
examples:
  {{command}} pets.csv --association owner_pet --dry-run
  {{command}} pets.csv --association owner_pet
  cut -d, -f2,3 pets.csv | {{command}} - --association owner_pet
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    command_line.add_arguments(parser)
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    if options.csv == options.token_file == "-":
        raise SettingsError("standard input can have the CSV or the token, not both")
    return command.run(options, read_settings(options).client)
