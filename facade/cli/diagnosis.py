"""The checks of doctor: two read requests, whose responses show which setting is wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from attrs import frozen

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
from facade.cli.meanings import Finding, Name, kind_of, limits, meaning, renewal
from facade.observe import CallEvent, ResponseReceived

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from facade import AssociationsClient
    from facade.cli.settings import Settings

Result = TypeVar("Result")

_READ_SCOPES = (*OPERATIONS["list_associations"].scopes, *OPERATIONS["list_relations"].scopes)
_NO_RECORD = "0" * 24  # in the format of an id; no such record exists
# For each part of a request, and for a call: less than the 10 s of the rate limit.
_TIMEOUT, _DEADLINE = 6.0, 9.0


@frozen
class Check:
    """The result of one check, and what to do if it is wrong."""

    name: Name
    status: Literal["ok", "wrong", "not_checked"]
    found: str
    advice: str = ""


def diagnose(settings: Settings) -> list[Check]:
    """Check each setting, in order of dependence."""
    diagnosis = _Diagnosis(settings)
    diagnosis.run()
    wrong = [name for name, one in diagnosis.checks.items() if one.status == "wrong"]
    missing = f"not checked: fix {' and '.join(wrong)} first"
    names: tuple[Name, ...] = get_args(Name)
    return [diagnosis.checks.get(name) or Check(name, "not_checked", missing) for name in names]


class _Diagnosis:
    def __init__(self, settings: Settings) -> None:
        self.checks: dict[Name, Check] = {}
        self._settings = settings
        self._headers: Mapping[str, str] = {}

    wants_responses = True

    def __call__(self, event: CallEvent) -> None:
        """Keep the headers of the last response; called by the client."""
        if isinstance(event, ResponseReceived):
            self._headers = event.headers

    def run(self) -> None:
        settings = self._settings
        for name, mistake in settings.mistakes().items():
            advice = "Use one such as " + BASE_URL if name == "network" else ""
            self._wrong(Finding(name, mistake, advice))
        if not self.checks and is_unencrypted(settings.base_url):
            found = f"{settings.base_url} has no TLS: the token would be sent unencrypted"
            self._wrong(Finding("network", found, "Use https. Nothing was sent"))
        if self.checks:
            return
        with settings.client(
            pace=None, retries=1, timeout=_TIMEOUT, deadline=_DEADLINE, on_event=self
        ) as client:
            self._send(client)

    def _send(self, client: AssociationsClient) -> None:
        """Send two requests; the second one only if the first response allows it."""
        associations = client.associations  # loaded before the time is measured
        started = time.monotonic()
        page, first = _outcome(lambda: associations.list(limit=1))
        took = time.monotonic() - started
        if first is not None and not isinstance(first, MissingScopeError):
            self._explain(first, took)
            return
        _, second = _outcome(lambda: client.relations.list(_NO_RECORD, limit=1))
        if isinstance(second, APIStatusError) and second.status_code in (400, 404, 422):
            second = None  # there is no such record
        if second is not None and not isinstance(second, MissingScopeError):
            self._explain(second, took)
            return
        self._responded(took)
        self._ok("token", kind_of(self._settings.token))
        if first is None or second is None:
            self._ok("version", _of_versions(self._settings.version))
            known = "" if page is None or page.total is None else f", {page.total:,} associations"
            self._ok("location", f"{self._settings.location_id}{known}")
        self._check_scopes(first, second)
        found = limits(self._headers)
        self._ok("limits", found) if isinstance(found, str) else self._wrong(found)

    def _explain(self, error: AssociationsError, took: float) -> None:
        settings = self._settings
        if isinstance(error, APIConnectionError):
            self._wrong(Finding("network", *connection_cause(error, settings.base_url)))
            return
        texts = {
            "base_url": settings.base_url,
            "location_id": settings.location_id,
            "version": settings.version,
            "kind": kind_of(settings.token),
            "renewal": renewal(settings.token),
        }
        self._responded(took)  # overwritten if the network is wrong
        if isinstance(error, LocationAccessError):
            self._ok("token", texts["kind"])
        self._wrong(meaning(error, texts))

    def _check_scopes(self, *failures: AssociationsError | None) -> None:
        checked = zip(_READ_SCOPES, failures, strict=True)
        missing = [scope for scope, failure in checked if failure is not None]
        if missing:
            advice = "Add it to the Private Integration, or to the app and install that again"
            self._wrong(Finding("scopes", f"the token lacks {' and '.join(missing)}", advice))
            return
        granted = " and ".join(_READ_SCOPES)
        self._ok("scopes", f"{granted}; write scopes are not checked")

    def _responded(self, seconds: float) -> None:
        self._ok("network", f"{self._settings.base_url} responds in {seconds * 1000:,.0f} ms")

    def _ok(self, name: Name, found: str) -> None:
        self.checks[name] = Check(name, "ok", found)

    def _wrong(self, finding: Finding) -> None:
        self.checks[finding.name] = Check(finding.name, "wrong", finding.found, finding.advice)


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
