"""Tokens are issued, refreshed, derived and revoked as HighLevel does."""

from typing import Any

import httpx
import pytest

from facade.testing import Sandbox

APP = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}
now = [0.0]


@pytest.fixture
def sandbox() -> Sandbox:
    now[0] = 1000.0
    return Sandbox(clock=lambda: now[0])


@pytest.fixture
def http(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(base_url="https://services.example", transport=sandbox.transport())


def ask(http: httpx.Client, **fields: str) -> httpx.Response:
    return http.post("/oauth/token", data={**APP, **fields})


def exchange(http: httpx.Client, code: str) -> Any:
    response = ask(http, grant_type="authorization_code", code=code)
    return response.raise_for_status().json()


def refresh(http: httpx.Client, token: str) -> httpx.Response:
    return ask(http, grant_type="refresh_token", refresh_token=token)


def associations(http: httpx.Client, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Version": "2021-07-28"}
    query = {"locationId": "sandbox-location", "skip": "0", "limit": "1"}
    return http.get("/associations/", params=query, headers=headers).status_code


def test_an_access_token_expires(http: httpx.Client, sandbox: Sandbox) -> None:
    tokens = exchange(http, sandbox.oauth.install(location_id=sandbox.location_id))
    assert tokens["expires_in"] == 86_399
    assert associations(http, tokens["access_token"]) == 200
    now[0] += 86_399
    assert associations(http, tokens["access_token"]) == 401


def test_a_refresh_replaces_both_tokens_and_can_be_repeated_for_30_seconds(
    http: httpx.Client, sandbox: Sandbox
) -> None:
    first = exchange(http, sandbox.oauth.install(location_id=sandbox.location_id))
    second = refresh(http, first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    now[0] += 30
    again = refresh(http, first["refresh_token"]).json()
    assert again | {"traceId": ""} == second | {"traceId": ""}
    now[0] += 1
    late = refresh(http, first["refresh_token"])
    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")
    assert list(sandbox.oauth.refreshes) == ["sandbox-location"] * 2


def test_an_agency_token_yields_location_tokens_and_accesses_nothing_itself(
    http: httpx.Client, sandbox: Sandbox
) -> None:
    agency = exchange(http, sandbox.oauth.install())
    assert "locationId" not in agency
    assert associations(http, agency["access_token"]) == 403
    response = http.post(
        "/oauth/locationToken",
        data={"companyId": "sandbox-company", "locationId": sandbox.location_id},
        headers={"Authorization": f"Bearer {agency['access_token']}", "Version": "2021-07-28"},
    )
    assert response.json()["locationId"] == sandbox.location_id
    assert associations(http, response.json()["access_token"]) == 200


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "unknown"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, 400, "invalid_grant"),
    ],
)
def test_invalid_credentials_and_grants_are_refused(
    fields: dict[str, str], status: int, code: str, http: httpx.Client
) -> None:
    response = ask(http, **fields)
    assert (response.status_code, response.json()["error"]) == (status, code)


def test_a_json_body_is_not_a_form(http: httpx.Client) -> None:
    response = http.post("/oauth/token", json={**APP, "grant_type": "refresh_token"})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("company", "location", "version", "status"),
    [
        ("another", "sandbox-location", "2021-07-28", 403),
        ("sandbox-company", "another", "2021-07-28", 403),
        ("sandbox-company", "sandbox-location", "", 401),
    ],
)
def test_a_location_token_is_refused(
    company: str, location: str, version: str, status: int, http: httpx.Client, sandbox: Sandbox
) -> None:
    agency = exchange(http, sandbox.oauth.install())
    response = http.post(
        "/oauth/locationToken",
        data={"companyId": company, "locationId": location},
        headers={"Authorization": f"Bearer {agency['access_token']}", "Version": version},
    )
    assert response.status_code == status


def test_uninstalling_revokes_refresh_tokens(http: httpx.Client, sandbox: Sandbox) -> None:
    tokens = exchange(http, sandbox.oauth.install(location_id=sandbox.location_id))
    sandbox.oauth.uninstall(sandbox.location_id)
    assert refresh(http, tokens["refresh_token"]).status_code == 400


def test_token_requests_spend_no_budget_and_their_secrets_are_not_kept() -> None:
    sandbox = Sandbox(limit=(1, 10.0))
    http = httpx.Client(base_url="https://services.example", transport=sandbox.transport())
    tokens = exchange(http, sandbox.oauth.install(location_id=sandbox.location_id))
    for _ in range(3):
        tokens = refresh(http, tokens["refresh_token"]).raise_for_status().json()
    assert "secret" not in repr(sandbox.requests)
    assert tokens["refresh_token"] not in repr(sandbox.requests)
