"""OAuth: from an installation to a token for every request, renewed once for all who need it."""

import hmac
import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from attrs import frozen

from facade._core.options import BASE_URL
from facade.errors import AuthenticationError, ContractError
from facade.oauth.endpoint import Endpoint
from facade.oauth.errors import (
    NotInstalledError,
    OAuthRefusedError,
    ReauthorizationError,
    StateMismatchError,
)
from facade.oauth.grant import Grant, UserType, digest_of
from facade.oauth.renewal import Renewals
from facade.oauth.stores import MemoryTokenStore, TokenStore

if TYPE_CHECKING:
    import httpx

AUTHORIZE_URL = "https://marketplace.gohighlevel.com/oauth/chooselocation"
SCOPES = (
    "associations.readonly",
    "associations.write",
    "associations/relation.readonly",
    "associations/relation.write",
)
YOUNG = 30.0  # seconds: a token that is refused so soon was not refused for its age


class Authorization(NamedTuple):
    """Where to send a person's browser, and the state to keep in its session until it returns."""

    url: str
    state: str


@frozen
class Owner:
    """Whose a grant is: a location's or a company's, as HighLevel calls an agency."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class OAuth:
    """The tokens of an app: give it to clients in place of a token.

    `store` keeps the tokens; share one between all processes that use the app. `company_id` is
    the agency that locations belong to unless add_location says otherwise. `timeout` is in
    seconds, for each part of a request for a token; `transport` is httpx's, to send these through.
    Blocking: an async app calls it in a thread, as the async client does.
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
        transport: "httpx.BaseTransport | None" = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._endpoint = Endpoint(
            client_id=client_id,
            client_secret=client_secret,
            base_url=base_url.rstrip("/"),
            timeout=timeout,
            transport=transport,
            clock=clock,
        )
        del client_secret  # whoever prints our locals in a traceback must not print it
        self._store = MemoryTokenStore() if store is None else store
        self._renewals = Renewals(self._store, clock)
        self._redirect_uri = redirect_uri
        self._company_id = company_id
        self._authorize_url = authorize_url
        self._clock = clock

    # An installation

    def authorization_url(
        self, scopes: Iterable[str] = SCOPES, state: str | None = None
    ) -> Authorization:
        """Give the address where a person installs the app, and the state to compare later.

        Keep the state in the session of that person's browser and nowhere else: it proves that
        the browser which comes back is the one that was sent out.
        """
        if self._redirect_uri is None:
            raise ValueError("an installation comes back to redirect_uri: give OAuth one")
        state = state or secrets.token_urlsafe(32)
        query = {
            "response_type": "code",
            "client_id": self._endpoint.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": " ".join(scopes),
            "state": state,
        }
        return Authorization(f"{self._authorize_url}?{urlencode(query)}", state)

    def exchange(
        self,
        code: str,
        *,
        state: str | None = None,
        expected_state: str | None = None,
        unsolicited: bool = False,
        user_type: UserType = "Location",
    ) -> Grant:
        """Turn the code that came back into tokens and save them; the answer says whose they are.

        `state` came back with the code, `expected_state` is what the session kept; StateMismatch-
        Error unless they are equal. An installation that a person began at HighLevel's marketplace
        has none: `unsolicited=True` takes it, from whoever it was. `user_type` Company asks for an
        agency's.
        """
        form = self._endpoint.code_form(code, user_type, self._redirect_uri)
        del code  # whoever prints our locals in a traceback must not print it
        if not unsolicited:
            _check_state(state, expected_state)
        try:
            grant = self._endpoint.exchange(form, user_type)
        except OAuthRefusedError as error:
            if error.code != "invalid_grant":
                raise
            raise ReauthorizationError(
                f"{error}: the code was used already, is too old or of another redirect_uri; "
                "a person must start the installation again, at authorization_url()"
            ) from error
        self._renewals.keep(self._key(_owner_of(grant)), grant)
        return grant

    def add_location(self, location_id: str, *, company_id: str) -> Grant:
        """Derive a location's token from that of its agency, now and whenever it ends."""
        grant = self._of_agency(company_id, location_id)
        self._renewals.keep(self._key(Owner("location", location_id)), grant)
        return grant

    # A token for every request

    def token(self, location_id: str, /) -> str:
        """Give a location's token; renew it first where it ends soon."""
        return self._current(Owner("location", location_id)).access_token

    def agency_token(self, company_id: str) -> str:
        """Give an agency's own token, for operations of agencies."""
        return self._current(Owner("company", company_id)).access_token

    def refused(self, location_id: str, token: str, /) -> bool:
        """Renew a refused token, unless someone has; tell whether there is another.

        One that is refused when it is just issued is not renewed: the next would be refused too.
        """
        unwanted = digest_of(token)
        del token  # whoever prints our locals in a traceback must not print it
        owner = Owner("location", location_id)
        held = self._renewals.held(self._key(owner))
        if held is not None and held.digest == unwanted and self._clock() < held.issued_at + YOUNG:
            return False
        self._current(owner, unwanted)
        return True

    # How it is renewed

    def _current(self, owner: Owner, unwanted: str = "") -> Grant:
        return self._renewals.current(self._key(owner), partial(self._renewed, owner), unwanted)

    def _renewed(self, owner: Owner, held: Grant | None) -> Grant:
        if held is not None and held.refresh_token:
            return self._refreshed(owner, held)
        company_id = held.company_id if held else self._company_id
        if owner.kind == "location" and company_id:
            return self._of_agency(company_id, owner.id)
        raise NotInstalledError(
            f"there are no tokens of {owner}: a person must install the app, at "
            "authorization_url(), or its agency must be named, with add_location() or company_id"
        )

    def _refreshed(self, owner: Owner, held: Grant) -> Grant:
        while True:
            try:
                return self._endpoint.refresh(held)
            except OAuthRefusedError as error:
                if error.code != "invalid_grant":
                    raise
                found = self._store.load(self._key(owner))
                if found is None or found.refresh_token == held.refresh_token:
                    raise ReauthorizationError(
                        f"HighLevel no longer renews the tokens of {owner} ({error}): a person "
                        "must install the app again, at authorization_url()"
                    ) from error
                held = found
            if held.fresh(self._clock(), ""):
                return held

    def _of_agency(self, company_id: str, location_id: str) -> Grant:
        agency = Owner("company", company_id)
        held = self._current(agency)
        try:
            return self._endpoint.location_token(held, location_id)
        except AuthenticationError as error:
            if type(error) is not AuthenticationError:
                raise  # a scope is missing: no matter of another token
        return self._endpoint.location_token(self._current(agency, held.digest), location_id)

    def _key(self, owner: Owner) -> str:
        return f"{self._endpoint.client_id}:{owner.kind}:{owner.id}"

    def __repr__(self) -> str:
        return f"OAuth({self._endpoint.client_id!r})"


def _check_state(state: str | None, expected: str | None) -> None:
    if not state or not expected:
        which = "came back with the code" if not state else "was kept in the session"
        raise StateMismatchError(
            f"no state {which}: pass state and expected_state, or unsolicited=True for an "
            "installation that was begun at HighLevel's marketplace"
        )
    given, kept = (text.encode(errors="surrogatepass") for text in (state, expected))
    if not hmac.compare_digest(given, kept):
        raise StateMismatchError(
            "the state that came back is not the one of this session: start the installation again"
        )


def _owner_of(grant: Grant) -> Owner:
    agency = grant.user_type == "Company"
    owner = Owner("company", grant.company_id) if agency else Owner("location", grant.location_id)
    if not owner.id:
        raise ContractError(f"HighLevel did not say of which {owner.kind} the tokens are")
    return owner
