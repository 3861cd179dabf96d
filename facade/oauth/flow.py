"""The OAuth class: installation of an app, and a valid token for every request."""

import secrets
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple, cast
from urllib.parse import urlencode

from facade._core import numbers
from facade._core.client_options import BASE_URL, base_url_mistake, listeners_of
from facade._core.events import OnEvent
from facade._core.http import Transport, check_senders
from facade._core.operations import OPERATIONS
from facade._core.tokens import mistake_in_text
from facade.oauth.endpoint import Endpoint
from facade.oauth.failures import OAuthRefusedError, ReauthorizationError, callback_error
from facade.oauth.grant import (
    Grant,
    InstalledLocation,
    Issued,
    Owner,
    UserType,
    owner_of,
    token_digest,
)
from facade.oauth.refreshes import Refreshes
from facade.oauth.renewal import Renewals
from facade.oauth.stores import MemoryTokenStore, TokenStore, managed

AUTHORIZE_URL = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"
SCOPES = tuple(sorted({scope for one in OPERATIONS.values() for scope in one.scopes}))
"""The scopes of all operations: reading and writing associations, and relations."""
_NEW_TOKEN_AGE = 30.0  # seconds; a refused token that is newer is not renewed


class Authorization(NamedTuple):
    """The URL to redirect the browser to, and the state to store in its session."""

    url: str
    state: str


class OAuth:
    """The tokens of an app; pass it to clients instead of a token.

    `store` stores the tokens; all processes of the app must share it. `company_id` is the agency of
    locations without their own add_location call. `timeout` is in seconds, for each part of a token
    request; `transport` is a transport of httpx or httpx2 for these requests; `on_event` receives
    their waits, as that of a client. With `reconnects`, a refused refresh token is replaced by
    `reconnect`. Methods block: an async app calls them in a thread, as async clients do.

    A renewal is finished and saved even if its caller is cancelled or late; a process that ends
    waits for it, at most 12 s.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        store: TokenStore | None = None,
        redirect_uri: str | None = None,
        company_id: str | None = None,
        base_url: str = BASE_URL,
        authorize_url: str = AUTHORIZE_URL,
        timeout: float = 10.0,
        transport: Transport | None = None,
        on_event: OnEvent | None = None,
        reconnects: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        mistake = mistake_in_text("client_id", client_id)
        mistake = mistake or mistake_in_text("client_secret", client_secret)
        mistake = mistake or str(base_url_mistake(base_url) or "")
        if mistake:
            del client_secret  # a traceback with local variables would print it
            raise ValueError(mistake)
        self._endpoint = Endpoint(
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            base_url=base_url.rstrip("/"),
            timeout=numbers.seconds("timeout", timeout, 0.001),
            transport=transport,
            clock=clock,
            listeners=listeners_of(on_event),
        )
        del client_secret
        check_senders(transport, None)
        if isinstance(store, type) or not isinstance(cast(object, store), TokenStore | None):
            kind = "a class" if isinstance(store, type) else type(store).__name__
            means = f"such as SqliteTokenStore(path), not {kind}"
            raise TypeError(f"store must be a TokenStore, {means}")
        self._store = MemoryTokenStore() if store is None else store
        self._renewals = Renewals(self._store, clock)
        self._refreshes = Refreshes(
            self._endpoint, self._renewals, self._store, company_id, reconnects
        )
        self._authorize_url = authorize_url

    # An installation

    def authorization_url(
        self,
        scopes: Iterable[str] | None = None,
        state: str | None = None,
        *,
        version_id: str | None = None,
    ) -> Authorization:
        """Return the URL where a user installs the app, and the state to compare in the callback.

        `scopes` defaults to `SCOPES`, the scopes of all operations. If a later release adds a
        scope, the app must be installed again to get it.

        Store the state only in the session of the user's browser: it proves that the callback
        comes from the same browser. HighLevel does not return it if the app is installed already.
        A private or draft app needs `version_id`, the id of the app's version: without it,
        HighLevel's page shows `error.noversionid`. Raises ValueError without a `redirect_uri`.
        """
        if isinstance(scopes, str):
            raise TypeError("scopes must be a list: for one scope write [scope]")
        if not self._endpoint.redirect_uri:
            raise ValueError("authorization_url needs a redirect_uri: pass one to OAuth")
        query = {
            "response_type": "code",
            "client_id": self._endpoint.client_id,
            "redirect_uri": self._endpoint.redirect_uri,
            "scope": " ".join(SCOPES if scopes is None else scopes),
            "state": state or secrets.token_urlsafe(32),
        }
        if version_id is not None:
            query["version_id"] = version_id
        return Authorization(f"{self._authorize_url}?{urlencode(query)}", query["state"])

    def exchange(
        self,
        code: str,
        *,
        state: str | None = None,
        expected_state: str | None = None,
        unsolicited: bool = False,
        user_type: UserType = "Location",
    ) -> Grant:
        """Exchange the code of the callback for tokens, save them, and return them.

        `state` is that of the callback, `expected_state` that of the session. Raises
        StateMismatchError if they differ, and ReauthorizationError if the code is not valid.
        HighLevel sends no state if a user starts in its marketplace, or if the app is installed
        already: `unsolicited=True` accepts any code. `user_type` Company requests the tokens of an
        agency. HighLevel also returns these if a user installs the app from the agency's view: then
        the grant has no location_id.
        """
        mistake = callback_error(code, state, expected_state, user_type, unsolicited=unsolicited)
        form = self._endpoint.code_form("" if mistake else code, user_type)
        del code  # a traceback with local variables would print it
        if mistake:
            raise mistake

        def ask() -> tuple[str, Issued]:
            issued = self._endpoint.exchange(form, Grant(user_type=user_type))
            return self._refreshes.key(owner_of(issued.grant)), issued

        try:
            return self._renewals.install(ask)
        except OAuthRefusedError as error:
            if error.code != "invalid_grant":
                raise
            raise ReauthorizationError(
                f"{error}: the code was used already, has expired or was issued for another "
                "redirect_uri; a user must start the installation again, at authorization_url(). "
                "If every code is refused, check client_id and client_secret"
            ) from error

    def add_location(self, location_id: str, *, company_id: str) -> Grant:
        """Derive the token of a location from its agency's token, now and whenever it expires."""
        key = self._refreshes.key(Owner("location", location_id))
        return self._renewals.install(
            lambda: (key, self._refreshes.derive(company_id, location_id))
        )

    def installed_locations(
        self, company_id: str, *, app_id: str | None = None
    ) -> list[InstalledLocation]:
        """List the locations of an agency for which the app is installed.

        `app_id` defaults to the one that HighLevel sent with the agency's tokens, else to the part
        of the client id before its hyphen.
        """

        def ask(agency: Grant) -> list[InstalledLocation]:
            known = agency.app_id or self._endpoint.client_id.partition("-")[0]
            return self._endpoint.installed_locations(agency, app_id or known)

        return self._refreshes.with_agency(company_id, ask)

    def reconnect(self, *, location_id: str | None = None, company_id: str | None = None) -> Grant:
        """Get new tokens for a location or an agency without its user, save them, return them.

        For an installation that exists, and whose tokens are lost or no longer renewed. HighLevel
        published this request; nobody is known to have tried it, and no other method uses it,
        unless `reconnects` is set.
        Raises OAuthRefusedError, or the error of a client for the status, if HighLevel refuses.
        """
        owner = _owner(location_id, company_id)
        return self._renewals.install(
            lambda: (self._refreshes.key(owner), self._endpoint.reconnect(owner))
        )

    # What is installed

    def installations(self) -> list[Grant]:
        """Return the stored grants of this app, those of agencies first; sends nothing.

        Raises TypeError if the store is no `ManagedTokenStore`, as all stores of the facade are.
        """
        loaded = map(self._store.load, [*self._keys("company"), *self._keys("location")])
        return [grant for grant in loaded if grant is not None]

    def forget(
        self,
        *,
        location_id: str | None = None,
        company_id: str | None = None,
        before: datetime | None = None,
    ) -> bool:
        """Delete the tokens of a location, or of an agency and those derived from them.

        For an app that was uninstalled; nothing is sent. Returns whether there were any. `before`,
        the time of the event, keeps those that are newer: an UNINSTALL that is delivered late must
        not delete the tokens of the next installation. Raises TypeError if the store is no
        `ManagedTokenStore`, as all stores of the facade are.
        """
        until = None if before is None else before.timestamp()
        owner = _owner(location_id, company_id)
        keys = [self._refreshes.key(owner)]
        if owner.kind == "company":
            keys += [key for key in self._keys("location") if self._is_derived(key, owner.id)]
        deleted = [self._renewals.delete(key, until) for key in keys]
        return any(deleted)

    def _keys(self, kind: str) -> list[str]:
        return sorted(managed(self._store).keys(self._refreshes.key(Owner(kind, ""))))

    def _is_derived(self, key: str, company_id: str) -> bool:
        grant = self._store.load(key)
        return grant is not None and grant.company_id == company_id and not grant.refresh_token

    # A token for every request

    def token(self, location_id: str, /) -> str:
        """Return the token of a location, renewed if it expires soon."""
        return self._refreshes.current(Owner("location", location_id)).access_token

    def has_fresh_token(self, location_id: str, /) -> bool:
        """Return whether `token` returns at once, because this process has a fresh token."""
        grant = self._renewals.cached(self._refreshes.key(Owner("location", location_id)))
        return grant is not None and grant.is_fresh(self._endpoint.clock(), "")

    def agency_token(self, company_id: str) -> str:
        """Return the token of an agency, for operations of agencies."""
        return self._refreshes.current(Owner("company", company_id)).access_token

    def renew(self, location_id: str, refused_token: str, /) -> bool:
        """Renew a refused token, unless it was renewed already; return whether another one exists.

        A new token is not renewed, because HighLevel would refuse the next one, too.
        """
        rejected = token_digest(refused_token)
        del refused_token  # a traceback with local variables would print it
        owner = Owner("location", location_id)
        grant = self._renewals.cached(self._refreshes.key(owner))
        if (
            grant is not None
            and grant.digest == rejected
            and abs(self._endpoint.clock() - grant.issued_at) < _NEW_TOKEN_AGE  # or was set back
        ):
            return False
        self._refreshes.current(owner, rejected)
        return True

    def __repr__(self) -> str:
        return f"OAuth({self._endpoint.client_id!r})"


def _owner(location_id: str | None, company_id: str | None) -> Owner:
    given = {"location": location_id, "company": company_id}
    found = [Owner(kind, one) for kind, one in given.items() if one]
    if len(found) != 1:
        raise ValueError("pass either location_id or company_id")
    return found[0]
