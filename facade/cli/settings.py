"""The settings of a command, from the environment and its options, and their validation."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen

from facade import AssociationsClient
from facade._core.client_options import (
    BASE_URL,
    VERSION,
    VERSION_FORM,
    is_version,
    location_mistake,
    mistake_in,
    shown_version,
)
from facade._core.files import naming
from facade._core.tokens import checked_token
from facade.link.console import name_of

Name = Literal["network", "token", "version", "location", "scopes", "limits"]
"""A check of doctor; each of the first four is a setting, too."""

_HELP = """\
  The token comes from the environment variable HIGHLEVEL_TOKEN, or from a
  file or standard input with --token-file. It is no argument, because every
  user of a machine sees the arguments of its processes. The location comes
  from HIGHLEVEL_LOCATION_ID, another address than HighLevel's from
  HIGHLEVEL_BASE_URL, another Version of its API than the default from
  HIGHLEVEL_VERSION; an option wins over its variable.
"""


class SettingsError(ValueError):
    """A setting is missing or invalid; the text never contains a token."""


@frozen
class Settings:
    """The token, location, base URL and Version of requests."""

    token: str = field(repr=False)
    location_id: str
    base_url: str
    version: str

    def mistakes(self) -> dict[Name, str]:
        """Return error texts by setting, without sending a request."""
        no_version = f"a Version is {VERSION_FORM}, not {shown_version(self.version)}"
        no_location = "there is none: set HIGHLEVEL_LOCATION_ID, or give --location ID"
        found: dict[Name, object] = {
            "network": mistake_in("token", "location", self.base_url),
            "token": _token_mistake(self.token),
            "version": None if is_version(self.version) else no_version,
            "location": location_mistake(self.location_id) if self.location_id else no_location,
        }
        return {name: str(mistake) for name, mistake in found.items() if mistake}

    def client(self, **options: Any) -> AssociationsClient:
        """Create a client; raise SettingsError for a wrong setting."""
        for name, mistake in self.mistakes().items():
            raise SettingsError(f"{name}: {mistake}")
        return AssociationsClient(
            self.token,
            self.location_id,
            base_url=self.base_url,
            version=self.version,
            **options,
        )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command with a client has."""
    add = parser.add_argument_group("settings", _HELP).add_argument
    add("--token-file", metavar="PATH", help="read the token from a file; - is standard input")
    add("--location", metavar="ID", help="the id of the location, a sub-account")
    add("--base-url", metavar="URL", help=f"the address of the API (default: {BASE_URL})")
    add("--api-version", metavar="V", help=f"HighLevel's Version (default: {VERSION})")
    add("--token", nargs="?", action=_RefusedToken, help=argparse.SUPPRESS)


def read_settings(options: argparse.Namespace) -> Settings:
    """Read the settings; raise OSError if the token file cannot be read."""
    token, location, base_url = options.token_file, options.location, options.base_url
    version = options.api_version
    variable = os.environ.get
    return Settings(
        token=variable("HIGHLEVEL_TOKEN", "") if token is None else _first_line(token),
        location_id=variable("HIGHLEVEL_LOCATION_ID", "") if location is None else location,
        base_url=variable("HIGHLEVEL_BASE_URL") or BASE_URL if base_url is None else base_url,
        version=variable("HIGHLEVEL_VERSION") or VERSION if version is None else version,
    )


class _RefusedToken(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        parser.error(
            "a token is no argument, because every user of the machine would see it: "
            "set HIGHLEVEL_TOKEN, or give --token-file PATH (and make a new token if it was real)"
        )


def _first_line(path: str) -> str:
    with naming(name_of(path)):
        text = sys.stdin.readline() if path == "-" else Path(path).read_text("utf-8", "replace")
    return text.removeprefix("\ufeff").split("\n")[0].strip()


def _token_mistake(token: str) -> str | None:
    if not token:
        return "there is none: set HIGHLEVEL_TOKEN, or give --token-file PATH"
    try:
        checked_token(token)
    except ValueError as error:
        return f"{error}: give the token alone, without Bearer and quotation marks"
    return None
