"""How the grant of an owner is renewed, and what follows if HighLevel refuses that."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from attrs import field, frozen

from facade.errors import APIStatusError, AuthenticationError
from facade.oauth.endpoint import Endpoint
from facade.oauth.failures import NotInstalledError, OAuthRefusedError, ReauthorizationError
from facade.oauth.grant import Grant, Issued, Owner, token_digest
from facade.oauth.renewal import Renewals
from facade.oauth.stores import TokenStore

Result = TypeVar("Result")

# Seconds until a refused refresh token is tried again: the credentials may have been corrected.
_REFUSAL_LIFETIME = 3600.0

logger = logging.getLogger("facade")


@frozen(eq=False, repr=False)
class Refreshes:
    """Grants are refreshed, or derived from that of `company_id` or of their own agency.

    A refused refresh token is not sent again for an hour. With `reconnects`, its installation is
    reconnected.
    """

    _endpoint: Endpoint
    _renewals: Renewals
    _store: TokenStore
    _company_id: str | None
    _reconnects: bool
    # By key of the store, the digest of the last one, its time, and the text of its error.
    _refused: dict[str, tuple[str, float, str]] = field(factory=dict)

    def key(self, owner: Owner) -> str:
        """Return the key of the store for the grant of an owner."""
        return f"{self._endpoint.client_id}:{owner.kind}:{owner.id}"

    def current(self, owner: Owner, rejected: str = "") -> Grant:
        """Return a fresh grant of an owner; `rejected` is the digest of a refused token."""
        return self._renewals.current(self.key(owner), partial(self._renew, owner), rejected)

    def derive(self, company_id: str, location_id: str) -> Issued:
        """Derive the token of a location from its agency's token."""
        return self.with_agency(
            company_id, lambda agency: self._endpoint.location_token(agency, location_id)
        )

    def with_agency(self, company_id: str, ask: Callable[[Grant], Result]) -> Result:
        """Ask with the token of an agency, and with a renewed one if it is refused."""
        agency = Owner("company", company_id)
        grant = self.current(agency)
        try:
            return ask(grant)
        except AuthenticationError as error:
            if type(error) is not AuthenticationError:
                raise  # a scope is missing, which another token would not have, either
        return ask(self.current(agency, grant.digest))

    def _renew(self, owner: Owner, stored: Grant | None) -> Issued:
        if stored is not None and stored.refresh_token:
            return self._refresh(owner, stored)
        company_id = stored.company_id if stored else self._company_id
        if owner.kind == "location" and company_id:
            return self.derive(company_id, owner.id)
        raise NotInstalledError(
            f"there are no tokens for {owner}: a user must install the app, at "
            "authorization_url(); if the app is installed for the location's agency (a Company "
            "token, without a location), call add_location(location_id, company_id=...) first, or "
            "pass company_id to OAuth"
        )

    def _refresh(self, owner: Owner, grant: Grant) -> Issued:
        """Return the new tokens of a grant, or those that another process has stored meanwhile."""
        key, clock = self.key(owner), self._endpoint.clock
        while True:
            digest, refused_at, message = self._refused.get(key, ("", 0.0, ""))
            # abs, because the clock may have been set back.
            is_recent = abs(clock() - refused_at) < _REFUSAL_LIFETIME
            if is_recent and digest == token_digest(grant.refresh_token):
                raise ReauthorizationError(message)
            try:
                return self._endpoint.refresh(grant)
            except OAuthRefusedError as error:
                if error.code != "invalid_grant":
                    raise
                stored = self._store.load(key)
                if stored is None or stored.refresh_token == grant.refresh_token:
                    return self._reconnected(owner, grant, error)
                grant = stored
            if grant.is_fresh(clock(), ""):
                return Issued(grant)

    def _reconnected(self, owner: Owner, grant: Grant, error: OAuthRefusedError) -> Issued:
        """Reconnect after the refusal of a refresh token, if the app wants that."""
        message = f"HighLevel no longer renews the tokens of {owner} ({error})"
        if self._reconnects:
            logger.warning("%s: it is reconnected", message)
            try:
                return self._endpoint.reconnect(owner)
            except (APIStatusError, OAuthRefusedError) as refused:
                if refused.status_code == 429 or refused.status_code >= 500:
                    raise  # an outage
                message += f", nor reconnects it ({refused})"
        message += (
            ": a user must install the app again, at authorization_url(), unless "
            f"reconnect({owner.kind}_id={owner.id!r}) gets new tokens. If this happens to all "
            "owners at once, check client_id and client_secret"
        )
        digest, refused_at = token_digest(grant.refresh_token), self._endpoint.clock()
        self._refused[self.key(owner)] = digest, refused_at, message
        raise ReauthorizationError(message) from error
