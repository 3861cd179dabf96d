"""Refreshes grants, and says what follows if HighLevel refuses a refresh token."""

import logging

from facade.errors import APIStatusError
from facade.oauth.endpoint import Endpoint
from facade.oauth.failures import OAuthRefusedError, ReauthorizationError
from facade.oauth.grant import Grant, Issued, Owner, token_digest
from facade.oauth.stores import TokenStore

# Seconds until a refused refresh token is tried again: the credentials may have been corrected.
_REFUSAL_LIFETIME = 3600.0

logger = logging.getLogger("facade")


class Refreshes:
    """Refreshes grants; a refused refresh token is not sent again for an hour.

    With `reconnects`, an installation whose refresh token is refused is reconnected.
    """

    def __init__(self, endpoint: Endpoint, store: TokenStore, *, reconnects: bool) -> None:
        self._endpoint = endpoint
        self._store = store
        self._reconnects = reconnects
        # By key of the store, the digest of the last one, its time, and the text of its error.
        self._refused: dict[str, tuple[str, float, str]] = {}

    def refresh(self, key: str, owner: Owner, grant: Grant) -> Issued:
        """Return the new tokens of a grant, or those that another process has stored meanwhile."""
        clock = self._endpoint.clock
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
                    return self._reconnected(key, owner, grant, error)
                grant = stored
            if grant.is_fresh(clock(), ""):
                return Issued(grant)

    def _reconnected(
        self, key: str, owner: Owner, grant: Grant, error: OAuthRefusedError
    ) -> Issued:
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
        self._refused[key] = token_digest(grant.refresh_token), self._endpoint.clock(), message
        raise ReauthorizationError(message) from error
