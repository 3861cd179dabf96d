"""The checks of doctor: two read requests, whose responses show which setting is wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar, get_args

from facade import (
    APIConnectionError,
    APIStatusError,
    AssociationsError,
    LocationAccessError,
    MissingScopeError,
)
from facade._core.client_options import BASE_URL, PUBLISHED_VERSIONS, is_unencrypted
from facade._core.operations import OPERATIONS
from facade.cli.causes import connection_cause
from facade.cli.meanings import Check, kind_of, left_of, meaning
from facade.cli.settings import Name
from facade.rate_limits import rate_limit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from facade import AssociationsClient
    from facade.cli.settings import Settings

Result = TypeVar("Result")

_READ_SCOPES = (*OPERATIONS["list_associations"].scopes, *OPERATIONS["list_relations"].scopes)
_NO_RECORD = "0" * 24  # in the format of an id; no such record exists
# For each part of a request, and for a call: less than the 10 s of the rate limit.
_TIMEOUT, _DEADLINE = 6.0, 9.0


def diagnose(settings: Settings) -> list[Check]:
    """Check each setting, in order of dependence."""
    checks = {one.name: one for one in _checks(settings)}
    wrong = [name for name, one in checks.items() if one.status == "wrong"]
    missing = f"not checked: fix {' and '.join(wrong)} first"
    names: tuple[Name, ...] = get_args(Name)
    return [checks.get(name) or Check(name, "not_checked", missing) for name in names]


def _checks(settings: Settings) -> Iterator[Check]:
    mistakes = settings.mistakes()
    for name, mistake in mistakes.items():
        advice = "Use one such as " + BASE_URL if name == "network" else ""
        yield Check(name, "wrong", mistake, advice)
    if not mistakes and is_unencrypted(settings.base_url):
        found = f"{settings.base_url} has no TLS: the token would be sent unencrypted"
        yield Check("network", "wrong", found, "Use https. Nothing was sent")
    elif not mistakes:
        options = {"pace": None, "retries": 1, "timeout": _TIMEOUT, "deadline": _DEADLINE}
        with settings.client(**options) as client:
            yield from _responses(client, settings)


def _responses(client: AssociationsClient, settings: Settings) -> Iterator[Check]:
    """Send two requests; the second one only if the first response allows it."""
    associations = client.associations  # loaded before the time is measured
    started = time.monotonic()
    page, first = _outcome(lambda: associations.list(limit=1))
    took = f"{(time.monotonic() - started) * 1000:,.0f} ms"
    second = None
    if first is None or isinstance(first, MissingScopeError):
        _, second = _outcome(lambda: client.relations.list(_NO_RECORD, limit=1))
        if isinstance(second, APIStatusError) and second.status_code in (400, 404, 422):
            second = None  # there is no such record
    kind = kind_of(settings.token)
    error = next((one for one in (second, first) if one is not None), None)
    if isinstance(error, APIConnectionError):
        yield Check("network", "wrong", *connection_cause(error, settings.base_url))
        return
    yield Check("network", "ok", f"{settings.base_url} responds in {took}")
    if error is not None and not isinstance(error, MissingScopeError):
        if isinstance(error, LocationAccessError):
            yield Check("token", "ok", kind)
        yield meaning(error, settings)  # which may replace that of the network
        return
    yield Check("token", "ok", kind)
    if first is None or second is None:
        yield Check("version", "ok", _of_versions(settings.version))
        known = "" if page is None or page.total is None else f", {page.total:,} associations"
        yield Check("location", "ok", f"{settings.location_id}{known}")
    failures = zip(_READ_SCOPES, (first, second), strict=True)
    if missing := [scope for scope, failure in failures if failure is not None]:
        advice = "Add it to the Private Integration, or to the app and install that again"
        yield Check("scopes", "wrong", f"the token lacks {' and '.join(missing)}", advice)
    else:
        granted = " and ".join(_READ_SCOPES)
        yield Check("scopes", "ok", f"{granted}; write scopes are not checked")
    yield left_of(client.rate_limit or rate_limit_of({}))


def _of_versions(version: str) -> str:
    newest = PUBLISHED_VERSIONS[-1]
    is_older = _age(version) < _age(newest)
    return f"{version}; HighLevel's newest is {newest}" if is_older else version


def _age(version: str) -> tuple[bool, bool, int, str]:
    """Return what sorts Versions: legacy, then dates, then numbers."""
    is_number = version.startswith("v")
    return version != "legacy", is_number, int(version[1:]) if is_number else 0, version


def _outcome(
    call: Callable[[], Result],
) -> tuple[Result, None] | tuple[None, AssociationsError]:
    try:
        return call(), None
    except AssociationsError as error:
        return None, error
