"""Tokens are issued, refreshed, derived and revoked as HighLevel does."""

from typing import Any

import httpx
import pytest

from facade.testing import Sandbox
from facade.testing.oauth import RefusalWording

APP = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}
now = [0.0]


class TokenClient(httpx.Client):
    """A client without a token, and its sandbox, whose clock a test moves."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        super().__init__(base_url="https://services.example", transport=sandbox.transport())


@pytest.fixture
def http() -> TokenClient:
    now[0] = 1000.0
    return TokenClient(Sandbox(clock=lambda: now[0]))


def ask(http: TokenClient, **fields: str) -> httpx.Response:
    return http.post("/oauth/token", data={**APP, **fields})


def exchange(http: TokenClient, code: str) -> Any:
    response = ask(http, grant_type="authorization_code", code=code)
    return response.raise_for_status().json()


def refresh(http: TokenClient, token: str) -> httpx.Response:
    return ask(http, grant_type="refresh_token", refresh_token=token)


def derive(
    http: TokenClient,
    agency: dict[str, str],
    *,
    path: str = "/oauth/locationToken",
    version: str = "2021-07-28",
    **fields: str,
) -> httpx.Response:
    """Ask for the token of a location, as JSON."""
    given = {"companyId": "sandbox-company", "locationId": "sandbox-location", **fields}
    headers = {"Authorization": f"Bearer {agency['access_token']}", "Version": version}
    return http.post(path, json=given, headers=headers)


def refusal(response: httpx.Response) -> tuple[Any, ...]:
    """Return the status, and the fields of the body in their order."""
    body = {name: text for name, text in response.json().items() if name != "traceId"}
    return (response.status_code, *body.values())


def associations(http: TokenClient, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Version": "2021-07-28"}
    query = {"locationId": "sandbox-location", "skip": "0", "limit": "1"}
    return http.get("/associations/", params=query, headers=headers).status_code


@pytest.mark.parametrize("lifetime", [86_399, 60])
def test_an_access_token_expires(http: TokenClient, lifetime: int) -> None:
    assert http.sandbox.oauth.lifetime == 86_399
    http.sandbox.oauth.lifetime = lifetime
    tokens = exchange(http, http.sandbox.oauth.install(location_id=http.sandbox.location_id))
    assert tokens["expires_in"] == lifetime
    assert associations(http, tokens["access_token"]) == 200
    now[0] += lifetime
    assert associations(http, tokens["access_token"]) == 401


def test_a_refresh_replaces_both_tokens_and_can_be_repeated_for_30_seconds(
    http: TokenClient,
) -> None:
    first = exchange(http, http.sandbox.oauth.install(location_id=http.sandbox.location_id))
    second = refresh(http, first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    now[0] += 30
    again = refresh(http, first["refresh_token"]).json()
    assert again | {"traceId": ""} == second | {"traceId": ""}
    now[0] += 1
    late = refresh(http, first["refresh_token"])
    assert refusal(late) == (401, "UnAuthorized!", "Invalid client credentials!")
    assert list(http.sandbox.oauth.refreshes) == ["sandbox-location"] * 2


def test_an_agency_token_yields_location_tokens_and_accesses_nothing_itself(
    http: TokenClient,
) -> None:
    agency = exchange(http, http.sandbox.oauth.install())
    assert "locationId" not in agency
    assert associations(http, agency["access_token"]) == 401
    derived = derive(http, agency).json()
    assert derived["locationId"] == http.sandbox.location_id
    assert associations(http, derived["access_token"]) == 200


def test_a_location_token_has_the_scopes_of_its_agency(http: TokenClient) -> None:
    scopes = ["associations/relation.readonly", "associations.write"]
    agency = exchange(http, http.sandbox.oauth.install(scopes=scopes))
    derived = derive(http, agency).json()
    assert derived["scope"] == agency["scope"] == " ".join(scopes)
    assert associations(http, derived["access_token"]) == 401  # associations.readonly


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"version": "v3"}, 201),
        ({"path": "/oauth/location-token", "version": "v3"}, 200),
        ({"path": "/oauth/location-token"}, 404),
        ({"companyId": "another"}, 403),
        ({"locationId": "another"}, 403),
        ({"version": ""}, 401),
    ],
)
def test_a_location_token_is_had_at_two_paths_for_a_location_of_the_agency(
    options: dict[str, str], status: int, http: TokenClient
) -> None:
    agency = exchange(http, http.sandbox.oauth.install())
    assert derive(http, agency, **options).status_code == status


def test_the_newer_path_answers_with_the_names_of_v3(http: TokenClient) -> None:
    agency = exchange(http, http.sandbox.oauth.install())
    derived = derive(http, agency, path="/oauth/location-token", version="v3").json()
    assert {"accessToken", "expiresIn", "locationId"} <= derived.keys()
    assert "access_token" not in derived
    assert associations(http, derived["accessToken"]) == 200


def listed(
    http: TokenClient, token: str, path: str = "/oauth/installedLocations", **query: str
) -> httpx.Response:
    """Ask for the locations where the app is installed."""
    given = {"companyId": "sandbox-company", "appId": "sandbox", **query}
    version = "v3" if path.endswith("installed-locations") else "2021-07-28"
    headers = {"Authorization": f"Bearer {token}", "Version": version}
    return http.get(path, params=given, headers=headers)


def test_the_locations_of_an_agency_are_listed_by_page_with_whether_the_app_is_installed(
    http: TokenClient,
) -> None:
    for name in ("l1", "l2"):
        http.sandbox.add_location(name)
    code = http.sandbox.oauth.install(approved_locations=["l1", "l2"])
    agency = exchange(http, code)
    token = agency["access_token"]
    assert agency["approvedLocations"] == ["l1", "l2"]
    for path in ("/oauth/installedLocations", "/oauth/installed-locations"):
        body = listed(http, token, path).json()
        assert {one["_id"]: one["isInstalled"] for one in body["locations"]} == {
            "sandbox-location": False,
            "l1": True,
            "l2": True,
        }
        assert body["count"] == 3
    page = listed(http, token, isInstalled="true", skip="1", limit="1").json()
    assert [one["_id"] for one in page["locations"]] == ["l2"]
    assert derive(http, agency).status_code == 403  # not approved
    location = exchange(http, http.sandbox.oauth.install(location_id="l1"))["access_token"]
    assert listed(http, location).status_code == 403
    assert listed(http, token, companyId="another").status_code == 403
    assert listed(http, token, appId="another").status_code == 403
    headers = {"Authorization": f"Bearer {token}", "Version": "2021-07-28"}
    assert http.get("/oauth/installed-locations", headers=headers).status_code == 404


def reconnect(http: TokenClient, **fields: str) -> httpx.Response:
    given = {"clientKey": "sandbox-app", "clientSecret": "sandbox-secret", **fields}
    return http.post("/oauth/reconnect", json=given)


def test_an_installation_that_exists_yields_a_code_without_its_user(http: TokenClient) -> None:
    location = {"locationId": http.sandbox.location_id}
    assert reconnect(http, **location).status_code == 400
    exchange(http, http.sandbox.oauth.install(location_id=http.sandbox.location_id))
    exchange(http, http.sandbox.oauth.install())
    assert reconnect(http, **location, clientSecret="wrong").status_code == 401
    for account in (location, {"companyId": "sandbox-company"}):
        body = reconnect(http, **account).json()
        assert body["expiresAt"] == 1_600_000
        assert exchange(http, body["authorizationCode"])["companyId"] == "sandbox-company"
        http.sandbox.oauth.uninstall(*account.values())
        assert reconnect(http, **account).status_code == 400


NO_CODE = (401, "UnAuthorized!", "Authorization code not found")
WRONG_APP = (401, "UnAuthorized!", "Invalid client credentials!")
WRONG = {"client_secret": "wrong"}
OTHER_APP = {"client_id": "other-app", "client_secret": "other-secret"}


@pytest.mark.parametrize(
    ("grant_type", "fields", "expected"),
    [
        ("authorization_code", {"code": "unknown"}, NO_CODE),
        ("authorization_code", {"code": "unknown", **WRONG}, NO_CODE),  # the code is checked first
        ("authorization_code", WRONG, WRONG_APP),
        ("authorization_code", {"client_id": "unknown"}, WRONG_APP),
        ("authorization_code", OTHER_APP, WRONG_APP),
        ("refresh_token", OTHER_APP, WRONG_APP),
        ("refresh_token", {"refresh_token": "unknown"}, WRONG_APP),
        ("refresh_token", WRONG, WRONG_APP),
    ],
)
def test_grants_and_credentials_are_refused_in_highlevels_words_and_order(
    grant_type: str,
    fields: dict[str, str],
    expected: tuple[Any, ...],
    http: TokenClient,
) -> None:
    http.sandbox.oauth.add_app(**OTHER_APP)
    installed = exchange(http, http.sandbox.oauth.install(location_id=http.sandbox.location_id))
    given = {
        "code": http.sandbox.oauth.install(location_id=http.sandbox.location_id),
        "refresh_token": installed["refresh_token"],
    }
    assert refusal(ask(http, grant_type=grant_type, **{**given, **fields})) == expected


@pytest.mark.parametrize(
    ("wording", "code", "refresh_token"),
    [
        ("unauthorized", NO_CODE, WRONG_APP),
        ("invalid_refresh_token", NO_CODE, (401, "UnAuthorized!", "Invalid refresh token")),
        (
            "message",
            (400, 400, "Invalid grant: authorization code is invalid", "Bad Request"),
            (400, 400, "Invalid grant: refresh token is invalid", "Bad Request"),
        ),
        ("invalid_grant", (400, "invalid_grant"), (400, "invalid_grant")),
    ],
)
def test_each_wording_that_somebody_met_can_be_chosen(
    wording: RefusalWording,
    code: tuple[Any, ...],
    refresh_token: tuple[Any, ...],
    http: TokenClient,
) -> None:
    http.sandbox.oauth.refusal_wording = wording
    assert refusal(ask(http, grant_type="authorization_code", code="unknown")) == code
    assert refusal(refresh(http, "unknown")) == refresh_token


def test_under_v3_fields_have_other_names(http: TokenClient) -> None:
    given = {
        "clientId": "sandbox-app",
        "clientSecret": "sandbox-secret",
        "grantType": "authorization_code",
        "code": http.sandbox.oauth.install(location_id=http.sandbox.location_id),
        "userType": "Location",
    }
    tokens = http.post("/oauth/token", data=given, headers={"Version": "v3"}).json()
    assert {"accessToken", "tokenType", "expiresIn", "refreshToken", "userType"} <= tokens.keys()
    assert associations(http, tokens["accessToken"]) == 200


@pytest.mark.parametrize("body", [b"", b"[]", b'{"grant_type": 7}', b'{"grant_type": "password"}'])
def test_a_request_without_a_grant_type_that_there_is_is_refused(
    body: bytes, http: TokenClient
) -> None:
    response = http.post("/oauth/token", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("location_id", "account_id"),
    [("sandbox-location", "sandbox-location"), ("", "sandbox-company")],
)
def test_uninstalling_revokes_refresh_tokens(
    http: TokenClient, location_id: str, account_id: str
) -> None:
    tokens = exchange(http, http.sandbox.oauth.install(location_id=location_id))
    http.sandbox.oauth.uninstall("another")
    tokens = refresh(http, tokens["refresh_token"]).raise_for_status().json()
    http.sandbox.oauth.uninstall(account_id)
    assert refresh(http, tokens["refresh_token"]).status_code == 401


@pytest.mark.parametrize("account_id", ["sandbox-location", "sandbox-company"])
def test_uninstalling_revokes_access_tokens_and_derived_ones(
    http: TokenClient, account_id: str
) -> None:
    agency = exchange(http, http.sandbox.oauth.install())
    derived = derive(http, agency).json()
    http.sandbox.add_location("l1")
    of_its_own = exchange(http, http.sandbox.oauth.install(location_id="l1"))
    http.sandbox.oauth.uninstall(account_id)
    assert associations(http, derived["access_token"]) == 401
    assert refresh(http, derived["refresh_token"]).status_code == 401
    agencys = 401 if account_id == "sandbox-company" else 200
    assert listed(http, agency["access_token"]).status_code == agencys
    assert derive(http, agency).status_code == (401 if agencys == 401 else 403)
    assert refresh(http, of_its_own["refresh_token"]).status_code == 200
    again = exchange(http, http.sandbox.oauth.install())
    assert derive(http, again).status_code == 201


def test_token_requests_spend_no_budget_and_their_secrets_are_not_kept() -> None:
    sandbox = Sandbox(limit=(1, 10.0))
    http = TokenClient(sandbox)
    tokens = exchange(http, sandbox.oauth.install(location_id=sandbox.location_id))
    for _ in range(3):
        tokens = refresh(http, tokens["refresh_token"]).raise_for_status().json()
    given = {**APP, "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    tokens = http.post("/oauth/token", json=given).raise_for_status().json()
    assert "secret" not in repr(sandbox.requests)
    assert tokens["refresh_token"] not in repr(sandbox.requests)
