"""Find out which setting is wrong, from the network to the rate limits.

It sends two read requests.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from attrs import asdict

from facade._core.reasons import visible
from facade.cli.diagnosis import diagnose
from facade.cli.output import terminal
from facade.cli.settings import add_settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from facade.cli.meanings import Check
    from facade.cli.settings import Settings

EPILOG = """
output:
  With --json one object: ok (true or false), base_url, location_id, version,
  and checks, each with name (network, token, version, location, scopes,
  limits), status (ok, wrong, not_checked), found and advice.

exit status: 0 all checks passed, 1 a check failed, 2 could not run

examples:
  {command}
  {command} --token-file token.txt --location LOCATION
  {command} --json | jq .ok
"""
_WORDS = {"ok": "ok", "wrong": "wrong", "not_checked": "-"}
_STYLES = {"ok": "green", "wrong": "bold red", "not_checked": "dim"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    checks = diagnose(settings)
    wrong = [one.name for one in checks if one.status == "wrong"]
    if options.json:
        print(json.dumps(_as_json(settings, checks)))
    else:
        _print(checks)
        print()
        print(f"Wrong: {', '.join(wrong)}." if wrong else "All checks passed.")
    return 1 if wrong else 0


def _as_json(settings: Settings, checks: Sequence[Check]) -> dict[str, object]:
    mistakes = settings.mistakes()  # an invalid value may be a misplaced secret
    return {
        "ok": all(one.status == "ok" for one in checks),
        "base_url": None if "network" in mistakes else settings.base_url,
        "location_id": None if "location" in mistakes else settings.location_id,
        "version": None if "version" in mistakes else settings.version,
        "checks": [*map(asdict, checks)],
    }


def _print(checks: Sequence[Check]) -> None:
    if not sys.stdout.isatty():
        for one in checks:
            print(f"{_WORDS[one.status]:<5}  {one.name:<8}  {visible(one.found)}")
            if one.advice:
                print(f"{'':17}{visible(one.advice)}")
        return
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        grid.add_column(overflow="fold")
    for one in checks:
        style = _STYLES[one.status]
        text = Text(visible(one.found), style="dim" if one.status == "not_checked" else "")
        if one.advice:
            text.append(f"\n{visible(one.advice)}", style="yellow")
        grid.add_row(Text(_WORDS[one.status], style=style), Text(one.name, style="bold"), text)
    terminal().print(grid)
