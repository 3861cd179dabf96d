"""Tokens are issued, refreshed, derived and revoked as HighLevel does."""

from typing import Any, get_args
from unittest.mock import MagicMock

import httpx
import pytest

from facade.testing import Sandbox
from facade.testing.oauth import RefusalWording
from tests.facade.driving import Clock
from tests.facade.testing.conftest import body_of

APP = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}
OTHER_APP = {"client_id": "other-app", "client_secret": "other-secret"}
LOCATION, COMPANY = "sandbox-location", "sandbox-company"
OLD, V3 = "2021-07-28", "v3"


class Tokens:
    """An app without a client library: it asks a sandbox for tokens, and uses them."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.sandbox = Sandbox(clock=self.clock, **options)
        self.oauth = self.sandbox.oauth
        transport = self.sandbox.transport()
        self.http = httpx.Client(base_url="https://services.example", transport=transport)

    def ask(self, **fields: str) -> httpx.Response:
        return self.http.post("/oauth/token", data={**APP, **fields})

    def exchange(self, code: str) -> Any:
        return self.ask(grant_type="authorization_code", code=code).raise_for_status().json()

    def installed(self, location_id: str = LOCATION, **options: Any) -> Any:
        """Install the app for a location, or the agency; return the tokens."""
        return self.exchange(self.oauth.install(location_id=location_id, **options))

    def refresh(self, token: str) -> httpx.Response:
        return self.ask(grant_type="refresh_token", refresh_token=token)

    def authorized(
        self, method: str, path: str, token: str, version: str = OLD, **options: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Version": version}
        return self.http.request(method, path, headers=headers, **options)

    def derive(
        self, token: str, path: str = "/oauth/locationToken", version: str = OLD, **fields: str
    ) -> httpx.Response:
        """Ask for the token of a location, as JSON."""
        given = {"companyId": COMPANY, "locationId": LOCATION, **fields}
        return self.authorized("POST", path, token, version, json=given)

    def listed(
        self, token: str, path: str = "/oauth/installedLocations", **query: str
    ) -> httpx.Response:
        """Ask for the locations where the app is installed."""
        given = {"companyId": COMPANY, "appId": "sandbox", **query}
        return self.authorized("GET", path, token, V3 if "-" in path else OLD, params=given)

    def use(self, token: str) -> int:
        """Return the status of a call with an access token."""
        query = {"locationId": LOCATION, "skip": "0", "limit": "1"}
        return self.authorized("GET", "/associations/", token, params=query).status_code


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


def refusal(response: httpx.Response) -> tuple[Any, ...]:
    """Return the status, and the fields of the body in their order."""
    return (response.status_code, *body_of(response).values())


def test_an_access_token_expires(tokens: Tokens) -> None:
    assert tokens.oauth.lifetime == 86_399
    tokens.oauth.lifetime = 60
    made = tokens.installed()
    assert (made["expires_in"], tokens.use(made["access_token"])) == (60, 200)
    tokens.clock.now += 60
    assert tokens.use(made["access_token"]) == 401


def test_a_refresh_replaces_both_tokens_and_can_be_repeated_for_30_seconds(tokens: Tokens) -> None:
    first = tokens.installed()
    second = body_of(tokens.refresh(first["refresh_token"]))
    for name in ("access_token", "refresh_token"):
        assert second[name] != first[name]
    tokens.clock.now += 30
    assert body_of(tokens.refresh(first["refresh_token"])) == second
    tokens.clock.now += 1
    assert refusal(tokens.refresh(first["refresh_token"])) == WRONG_APP
    assert tokens.oauth.refreshes == [LOCATION] * 2


@pytest.mark.parametrize(
    ("scopes", "status"),
    [(None, 200), (["associations.readonly", "x"], 200), (["associations.write"], 401)],
)
def test_an_agency_token_accesses_nothing_and_yields_location_tokens_with_its_scopes(
    tokens: Tokens, scopes: list[str] | None, status: int
) -> None:
    agency = tokens.installed("", scopes=scopes)
    assert "locationId" not in agency
    assert tokens.use(agency["access_token"]) == 401
    derived = tokens.derive(agency["access_token"]).json()
    assert derived["locationId"] == LOCATION
    assert derived["scope"] == agency["scope"] == " ".join(scopes or ())
    assert tokens.use(derived["access_token"]) == status


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"version": V3}, 201),
        ({"path": "/oauth/location-token", "version": V3}, 200),
        ({"path": "/oauth/location-token"}, 404),
        ({"companyId": "another"}, 403),
        ({"locationId": "another"}, 403),
        ({"version": ""}, 401),
    ],
)
def test_a_location_token_is_had_at_two_paths_for_a_location_of_the_agency(
    options: dict[str, str], status: int, tokens: Tokens
) -> None:
    response = tokens.derive(tokens.installed("")["access_token"], **options)
    assert response.status_code == status
    if response.is_success:  # the newer path answers with the names of v3
        token = response.json()["accessToken" if status == 200 else "access_token"]
        assert tokens.use(token) == 200
        assert len({"access_token", "accessToken"} & response.json().keys()) == 1


def test_the_locations_of_an_agency_are_listed_by_page_if_they_have_the_app(tokens: Tokens) -> None:
    for name in ("l1", "l2"):
        tokens.sandbox.add_location(name)
    agency = tokens.installed("", approved_locations=["l1", "l2"])
    assert agency["approvedLocations"] == ["l1", "l2"]
    assert (agency["isBulkInstallation"], agency["installToFutureLocations"]) == (True, False)
    token = agency["access_token"]
    for path in ("/oauth/installedLocations", "/oauth/installed-locations"):
        body = tokens.listed(token, path).json()
        found = {one["_id"]: one["isInstalled"] for one in body["locations"]}
        assert (found, body["count"]) == ({LOCATION: False, "l1": True, "l2": True}, 3)
    page = tokens.listed(token, isInstalled="true", skip="1", limit="1").json()
    assert [one["_id"] for one in page["locations"]] == ["l2"]
    assert tokens.derive(token).status_code == 403  # not approved
    assert tokens.listed(tokens.installed("l1")["access_token"]).status_code == 403
    assert tokens.listed(token, companyId="another").status_code == 403
    assert tokens.listed(token, appId="another").status_code == 403
    assert tokens.authorized("GET", "/oauth/installed-locations", token).status_code == 404
    for number in range(20):
        tokens.sandbox.add_location(f"more-{number}")
    assert len(tokens.listed(token).json()["locations"]) == 20


def test_an_installation_that_exists_yields_a_code_without_its_user(tokens: Tokens) -> None:
    def reconnect(**fields: str) -> httpx.Response:
        given = {"clientKey": "sandbox-app", "clientSecret": "sandbox-secret", **fields}
        return tokens.http.post("/oauth/reconnect", json=given)

    assert reconnect(locationId=LOCATION).status_code == 400
    tokens.installed()
    tokens.installed("")
    assert reconnect(locationId=LOCATION, clientSecret="wrong").status_code == 401
    for account in ({"locationId": LOCATION}, {"companyId": COMPANY}):
        body = reconnect(**account).json()
        assert body["expiresAt"] == 1_600_000
        assert tokens.exchange(body["authorizationCode"])["companyId"] == COMPANY
        tokens.oauth.uninstall(*account.values())
        assert reconnect(**account).status_code == 400


def test_a_test_changes_it_between_two_requests() -> None:
    oauth, lock = Sandbox().oauth, MagicMock()
    oauth._lock = lock
    oauth.add_app("app", "secret")
    oauth.install()
    oauth.uninstall(COMPANY)
    assert lock.__enter__.call_count == lock.__exit__.call_count == 3


NO_CODE = (401, "UnAuthorized!", "Authorization code not found")
WRONG_APP = (401, "UnAuthorized!", "Invalid client credentials!")
WRONG = {"client_secret": "wrong"}


@pytest.mark.parametrize(
    ("grant_type", "fields", "expected"),
    [
        ("authorization_code", {"code": "unknown"}, NO_CODE),
        ("authorization_code", {"code": "unknown", **WRONG}, NO_CODE),  # the code is checked first
        ("authorization_code", WRONG, WRONG_APP),
        ("authorization_code", OTHER_APP, WRONG_APP),
        ("refresh_token", {"refresh_token": "unknown"}, WRONG_APP),
        ("refresh_token", WRONG, WRONG_APP),
    ],
)
def test_grants_and_credentials_are_refused_in_highlevels_words_and_order(
    grant_type: str, fields: dict[str, str], expected: tuple[Any, ...], tokens: Tokens
) -> None:
    tokens.oauth.add_app(**OTHER_APP)
    refresh_token = tokens.installed()["refresh_token"]
    given = {"code": tokens.oauth.install(location_id=LOCATION), "refresh_token": refresh_token}
    assert refusal(tokens.ask(grant_type=grant_type, **{**given, **fields})) == expected
    assert tokens.ask(grant_type=grant_type, **given).status_code == 200


REFUSALS: dict[RefusalWording, list[tuple[Any, ...]]] = {
    "unauthorized": [NO_CODE, WRONG_APP],
    "invalid_refresh_token": [NO_CODE, (401, "UnAuthorized!", "Invalid refresh token")],
    "message": [
        (400, 400, f"Invalid grant: {what} is invalid", "Bad Request")
        for what in ("authorization code", "refresh token")
    ],
    "invalid_grant": [(400, "invalid_grant")] * 2,
}


@pytest.mark.parametrize("wording", get_args(RefusalWording))
def test_each_wording_of_a_refusal_can_be_chosen(wording: RefusalWording, tokens: Tokens) -> None:
    tokens.oauth.refusal_wording = wording
    refused = [tokens.ask(grant_type="authorization_code", code="x"), tokens.refresh("x")]
    assert [refusal(one) for one in refused] == REFUSALS[wording]


def test_under_v3_fields_have_other_names(tokens: Tokens) -> None:
    given = {
        "clientId": "sandbox-app",
        "clientSecret": "sandbox-secret",
        "grantType": "authorization_code",
        "code": tokens.oauth.install(location_id=LOCATION),
        "userType": "Location",
    }
    made = tokens.http.post("/oauth/token", data=given, headers={"Version": V3}).json()
    assert {"accessToken", "tokenType", "expiresIn", "refreshToken", "userType"} <= made.keys()
    assert tokens.use(made["accessToken"]) == 200


@pytest.mark.parametrize("body", [b"", b"[]", b'{"grant_type": 7}', b'{"grant_type": "password"}'])
def test_a_request_without_a_known_grant_type_is_refused(body: bytes, tokens: Tokens) -> None:
    headers = {"Content-Type": "application/json"}
    assert tokens.http.post("/oauth/token", content=body, headers=headers).status_code == 422
    assert tokens.http.post("/oauth/token", content=b"\xff").status_code == 422


@pytest.mark.parametrize("account", [LOCATION, COMPANY])
def test_uninstalling_revokes_own_and_derived_tokens(tokens: Tokens, account: str) -> None:
    is_company = account == COMPANY
    own = tokens.installed("" if is_company else LOCATION)
    tokens.oauth.uninstall("another")
    own = tokens.refresh(own["refresh_token"]).raise_for_status().json()
    agency = tokens.installed("")
    derived = tokens.derive(agency["access_token"]).json()
    tokens.sandbox.add_location("l1")
    of_another = tokens.installed("l1")
    tokens.oauth.uninstall(account)
    for ended in (own, derived):
        assert tokens.use(ended["access_token"]) == 401
        assert tokens.refresh(ended["refresh_token"]).status_code == 401
    token = agency["access_token"]
    assert tokens.listed(token).status_code == (401 if is_company else 200)
    assert tokens.derive(token).status_code == (401 if is_company else 403)
    assert tokens.refresh(of_another["refresh_token"]).status_code == 200
    assert tokens.derive(tokens.installed("")["access_token"]).status_code == 201
