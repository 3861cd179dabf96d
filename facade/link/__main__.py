"""`python -m facade.link` is the command `highlevel-associations link`."""

import sys

from facade.cli.__main__ import main
from facade.cli.console import leave

if __name__ == "__main__":
    leave(lambda: main(["link", *sys.argv[1:]]))
