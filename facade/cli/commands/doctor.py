"""Find out which setting is wrong, from the network to the rate limits.

It sends two read requests.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from attrs import asdict, frozen

import generated_client
from facade import AssociationsClient, __version__, errors
from facade._core.advice import kind_of, limit_advice, scope_advice
from facade._core.client_options import BASE_URL, PUBLISHED_VERSIONS, is_unencrypted
from facade._core.operations import OPERATIONS
from facade._core.reasons import visible
from facade.cli.settings import Setting, Settings, add_settings, read_settings
from facade.rate_limits import RateLimits, rate_limit_of

EPILOG = """
output:
  With --json one object: ok (true or false), base_url, location_id, version,
  and checks, each with name (package, network, token, version, location,
  scopes, limits), status (ok, wrong, not_checked), found and advice.

exit status: 0 all checks passed, 1 a check failed, 2 could not run

examples:
  {command}
  {command} --token-file token.txt --location LOCATION
  {command} --json | jq .ok
"""
_WORDS = {"ok": "ok", "wrong": "wrong", "not_checked": "-"}
_SCOPES = (*OPERATIONS["list_associations"].scopes, *OPERATIONS["list_relations"].scopes)
# Subclasses first.
_SETTINGS: dict[type[errors.AssociationsError], Setting] = {
    errors.VersionHeaderError: "version",
    errors.AuthenticationError: "token",
    errors.EdgeRefusalError: "network",
    errors.LocationAccessError: "location",
    errors.PermissionDeniedError: "token",
    errors.RateLimitError: "limits",
    errors.AssociationsError: "network",
}
_NO_RECORD = "0" * 24  # in the format of an id; no such record exists
# For each part of a request, and for a call: less than the 10 s of the rate limit.
_TIMEOUT, _DEADLINE = 6.0, 9.0


@frozen
class Check:
    """The result of one check, and what to do if it is wrong."""

    name: Setting
    status: Literal["ok", "wrong", "not_checked"]
    found: str
    advice: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    found = {one.name: one for one in _checks(settings)}
    wrong = [name for name, one in found.items() if one.status == "wrong"]
    missing = f"not checked: fix {' and '.join(wrong)} first"
    names: tuple[Setting, ...] = get_args(Setting)
    checks = [found.get(name) or Check(name, "not_checked", missing) for name in names]
    if options.json:
        mistakes = settings.mistakes()  # an invalid value may be a misplaced secret
        of = {"network": "base_url", "location": "location_id", "version": "version"}
        values = {of[one]: None if one in mistakes else getattr(settings, of[one]) for one in of}
        print(json.dumps({"ok": not wrong, **values, "checks": [*map(asdict, checks)]}))
        return 1 if wrong else 0
    for one in checks:
        print(f"{_WORDS[one.status]:<5}  {one.name:<8}  {visible(one.found)}")
        if one.advice:
            print(f"{'':17}{visible(one.advice)}")
    print()
    print(f"Wrong: {', '.join(wrong)}." if wrong else "All checks passed.")
    return 1 if wrong else 0


def _checks(settings: Settings) -> Iterator[Check]:
    """Yield the checks of settings, then those of the responses if they could be asked for."""
    ours, imported = Path(errors.__file__).parents[1], Path(generated_client.__path__[0])
    if imported.parent != ours:
        advice = "Rename that one, or run from another folder"
        yield Check("package", "wrong", f"{imported} is not the one of {ours}", advice)
        return
    yield Check("package", "ok", f"highlevel-associations {__version__} in {ours}")
    mistakes = settings.mistakes()
    for name, mistake in mistakes.items():
        yield Check(name, "wrong", mistake, f"Use one such as {BASE_URL}" * (name == "network"))
    if not mistakes and is_unencrypted(settings.base_url):
        found = f"{settings.base_url} has no TLS: the token would be sent unencrypted"
        yield Check("network", "wrong", found, "Use https. Nothing was sent")
    elif not mistakes:
        options = {"pace": None, "retries": 1, "timeout": _TIMEOUT, "deadline": _DEADLINE}
        with settings.client(**options) as client:
            yield from _of_responses(client, settings)


def _of_responses(client: AssociationsClient, settings: Settings) -> Iterator[Check]:
    """Send two requests; the second one only if the first response allows it."""
    associations = client.associations  # loaded before the time is measured
    started = time.monotonic()
    page = first = second = None
    try:
        page = associations.list(limit=1)
    except errors.AssociationsError as failure:
        first = failure
    took = f"{(time.monotonic() - started) * 1000:,.0f} ms"
    if first is None or isinstance(first, errors.MissingScopeError):
        try:
            client.relations.list(_NO_RECORD, limit=1)
        except errors.AssociationsError as failure:
            if getattr(failure, "status_code", 0) not in (400, 404, 422):  # no such record
                second = failure
    error = second or first
    if not isinstance(error, errors.APIConnectionError):
        yield Check("network", "ok", f"{settings.base_url} responds in {took}")
    if error is not None and not isinstance(error, errors.MissingScopeError):
        if isinstance(error, errors.LocationAccessError):
            yield Check("token", "ok", kind_of(settings.token)[0])
        yield _of_error(error, settings)  # which may replace that of the network
        return
    yield Check("token", "ok", kind_of(settings.token)[0])
    if first is None or second is None:
        *older, newest = PUBLISHED_VERSIONS
        newer = f"; HighLevel's newest is {newest}" if settings.version in older else ""
        yield Check("version", "ok", settings.version + newer)
        known = "" if page is None or page.total is None else f", {page.total:,} associations"
        yield Check("location", "ok", f"{settings.location_id}{known}")
    failures = zip(_SCOPES, (first, second), strict=True)
    if missing := " and ".join(scope for scope, failure in failures if failure is not None):
        yield Check("scopes", "wrong", f"the token lacks {missing}", scope_advice(missing))
    else:
        yield Check("scopes", "ok", f"{' and '.join(_SCOPES)}; write scopes are not checked")
    yield _of_limits(client.rate_limit or rate_limit_of({}))


def _of_error(error: errors.AssociationsError, settings: Settings) -> Check:
    name: Setting = next(name for kind, name in _SETTINGS.items() if isinstance(error, kind))
    values = {"version": settings.version, "location": settings.location_id}
    values["token"] = kind_of(settings.token)[0]
    found = ": ".join(filter(None, [values.get(name), error.args[0]]))
    return Check(name, "wrong", found, error.advice)


def _of_limits(limits: RateLimits) -> Check:
    left, most, seconds = limits.remaining, limits.limit, limits.seconds or 10
    today, a_day = limits.daily_remaining, limits.daily_limit
    if 0 in (today, left):
        when = "today" if today == 0 else f"in {seconds:g} s"
        advice = errors.DailyLimitError.advice if today == 0 else limit_advice(limits)
        return Check("limits", "wrong", f"no requests are left {when}", advice)
    parts = [f"{left:,} of {most:,} requests left in {seconds:g} s"] if left and most else []
    parts += [f"{today:,} of {a_day:,} today"] if today and a_day else []
    return Check("limits", "ok", ", ".join(parts) or "the responses have no rate limit headers")
