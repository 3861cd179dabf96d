"""The settings of a command: its options, then its profile, then the environment."""

import argparse
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen

from facade import AssociationsClient, LocalPace
from facade._core.client_options import (
    BASE_URL,
    VERSION,
    VERSION_FORM,
    base_url_mistake,
    is_version,
    location_mistake,
    shown_version,
)
from facade._core.files import naming
from facade._core.tokens import mistake_in_text
from facade.cli.console import name_of

Setting = Literal["package", "network", "token", "version", "location", "scopes", "limits"]
"""What doctor checks; some are settings."""

_HELP = """\
  The token comes from the environment variable HIGHLEVEL_TOKEN, or with
  --token-file from a file or standard input. It is no argument, because every
  user of a machine sees the arguments of its processes. Others come from the
  variables in brackets. A profile has the options below: it is a table of the
  file that HIGHLEVEL_PROFILES names, or of ~/.highlevel-associations.toml. It
  wins over the variables, and an option over it:

    [berlin]
    token-file = "berlin.token"
    location = "Lw3TnB8yQkE5cZhV1mRp"
"""
# By option: what follows it, its help, and the variable with its value.
_OPTIONS = {
    "token-file": ("PATH", "read the token from a file; - is standard input", ""),
    "location": ("ID", "the id of the location, a sub-account", "HIGHLEVEL_LOCATION_ID"),
    "base-url": ("URL", f"the address of the API, by default {BASE_URL}", "HIGHLEVEL_BASE_URL"),
    "api-version": ("V", f"HighLevel's Version, by default {VERSION}", "HIGHLEVEL_VERSION"),
    "share": ("X", "this program's share of HighLevel's rate limit, by default 1", ""),
    "pace": ("off", "keep no rate limit, such as at a sandbox", ""),
}

_PACES = ("off", "on")


@frozen
class Settings:
    """The token, location, base URL, Version and pace of requests."""

    token: str = field(repr=False)
    location_id: str
    base_url: str
    version: str
    share: float | None

    def mistakes(self) -> dict[Setting, str]:
        """Return error texts by setting, without sending a request."""
        no_version = f"a Version is {VERSION_FORM}, not {shown_version(self.version)}"
        none = "there is none: set HIGHLEVEL_{}, or give --{}".format
        to_token, to_location = none("TOKEN", "token-file PATH"), none("LOCATION_ID", "location ID")
        found: dict[Setting, object] = {
            "network": base_url_mistake(self.base_url),
            "token": mistake_in_text("the token", self.token) if self.token else to_token,
            "version": None if is_version(self.version) else no_version,
            "location": location_mistake(self.location_id) if self.location_id else to_location,
        }
        return {name: str(mistake) for name, mistake in found.items() if mistake}

    def client(self, **options: Any) -> AssociationsClient:
        """Create a client; raise ValueError for a wrong setting."""
        for name, mistake in self.mistakes().items():
            raise ValueError(f"{name}: {mistake}")
        pace = None if self.share is None else LocalPace(share=self.share)
        options = {"base_url": self.base_url, "version": self.version, "pace": pace, **options}
        return AssociationsClient(self.token, self.location_id, **options)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command with a client has."""
    add = parser.add_argument_group("settings", _HELP).add_argument
    add("--profile", metavar="NAME", help="a profile of the settings below [HIGHLEVEL_PROFILE]")
    for name, (metavar, text, variable) in _OPTIONS.items():
        named = f"{text} [{variable}]" if variable else text
        choices = _PACES if name == "pace" else None
        add(f"--{name}", metavar=metavar, help=named, choices=choices)
    add("--token", nargs="?", action=_RefusedToken, help=argparse.SUPPRESS)


def read_settings(options: argparse.Namespace) -> Settings:
    """Read the settings; raise OSError if a file cannot be read."""
    name = options.profile or os.environ.get("HIGHLEVEL_PROFILE")
    profile: Mapping[str, str] = _profile(name) if name else {}

    def value(option: str, default: str = "") -> str:
        given = getattr(options, option.replace("-", "_"))
        if given is None:
            given = profile.get(option)
        return os.environ.get(_OPTIONS[option][2]) or default if given is None else given

    path = value("token-file")
    named = options.token_file is not None or "token-file" in profile
    share, pace = value("share", "1"), value("pace", "on")
    if pace not in _PACES:  # of a profile, such as false
        raise ValueError(f"pace must be {' or '.join(_PACES)}, not {pace!r}")
    try:
        paced = None if pace == "off" else float(share)
    except ValueError:
        raise ValueError(f"share must be a number, not {share!r}") from None
    token = _first_line(path) if named else os.environ.get("HIGHLEVEL_TOKEN", "")
    base_url, version = value("base-url", BASE_URL), value("api-version", VERSION)
    return Settings(token, value("location"), base_url, version, paced)


def _profile(name: str) -> Mapping[str, str]:
    """Return the options of a profile; the path of its token file is relative to the profiles."""
    given = os.environ.get("HIGHLEVEL_PROFILES")
    path = Path(given) if given else Path.home() / ".highlevel-associations.toml"
    try:
        with naming(path):
            profiles = tomllib.loads(path.read_text("utf-8-sig"))  # as Notepad saves it
    except ValueError as error:
        raise ValueError(f"{path} is not valid TOML: {error}") from error
    if not isinstance(profiles.get(name), dict):
        known = ", ".join(profiles) or "none"
        raise ValueError(f"{path} has no profile {name!r}; there are: {known}")
    profile: dict[str, object] = profiles[name]
    for option in profile:
        if option not in _OPTIONS:
            known = ", ".join(_OPTIONS)
            raise ValueError(f"{path}, [{name}]: {option} is not one of {known}")
    if (file := str(profile.get("token-file", "-"))) != "-":
        profile["token-file"] = path.parent / Path(file).expanduser()
    return {option: str(value) for option, value in profile.items()}


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
