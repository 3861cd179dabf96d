"""The wrong setting for each error response, and what to do."""

import base64
import json

import pytest

from facade.testing import Sandbox, faults
from tests.facade.cli.conftest import Command, Doctor, statuses


def token(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, text: str, **access: object) -> None:
    """Use another token; the sandbox accepts it if `access` says to what."""
    if access:
        sandbox.add_token(text, **access)  # type: ignore[arg-type]
    monkeypatch.setenv("HIGHLEVEL_TOKEN", text)


READ = ["associations.readonly", "associations/relation.readonly"]


@pytest.mark.parametrize(
    ("text", "access", "expected", "found", "advice"),
    [
        (
            "pit-unknown",
            {},
            "oW----",
            "a Private Integration token, which is refused (HTTP 401: Invalid Private",
            "Copy the complete token",
        ),
        (
            "eyJ-unknown",
            {},
            "oW----",
            "an OAuth access token, which is refused (HTTP 401: Invalid JWT)",
            "Refresh it, or install the app again",
        ),
        (
            "HIGHLEVEL_TOKEN=pit-sandbox",
            {},
            "oW----",
            "a token of unknown kind, which is refused (HTTP 401: Invalid JWT)",
            "Pass only the complete token",
        ),
        (
            "pit-agency",
            {"user_type": "Company"},
            "oW----",
            "the token belongs to an agency, not to a sub-account (HTTP 401: Token's user type",
            "Create a Private Integration in the sub-account",
        ),
        (
            "eyJ-agency",
            {"user_type": "Company"},
            "oW----",
            "the token belongs to an agency, not to a sub-account (HTTP 401: This authClass type",
            "with OAuth, use a location token",
        ),
        (
            "pit-elsewhere",
            {"locations": ["elsewhere"]},
            "oo-W--",
            "the token has no access to sandbox-location (HTTP 403: ",
            "Check the id of the location",
        ),
        (
            "pit-narrow",
            {"scopes": READ[:1]},
            "ooooWo",
            "the token lacks associations/relation.readonly",
            "Add it to the Private Integration",
        ),
        (
            "pit-narrow",
            {"scopes": READ[1:]},
            "ooooWo",
            "the token lacks associations.readonly",
            "Add it to the Private Integration",
        ),
        (
            "pit-none",
            {"scopes": []},
            "oo--Wo",
            "the token lacks associations.readonly and associations/relation.readonly",
            "Add it to the Private Integration",
        ),
        ("pit-read", {"scopes": READ}, "oooooo", "", ""),
    ],
)
def test_the_cause_is_named_for_each_state_of_the_token(
    doctor: Doctor,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    access: dict[str, object],
    expected: str,
    found: str,
    advice: str,
) -> None:
    sandbox.add_location("elsewhere")
    token(sandbox, monkeypatch, text, **access)
    checks = doctor()
    assert statuses(checks) == expected
    for one in checks.values():
        if one["status"] == "wrong":
            assert one["found"].startswith(found)
            assert advice in one["advice"]
        if one["status"] == "not_checked":
            assert one["found"].startswith("not checked: fix ")


@pytest.mark.parametrize("claims", [{"exp": 1_700_000_000}, {"exp": 32_503_680_000}])
def test_the_time_of_a_token_that_says_it_is_named(
    doctor: Doctor,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    claims: dict[str, int],
) -> None:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    token(sandbox, monkeypatch, f"eyJhbGciOiJSUzI1NiJ9.{body}.c2lnbmVk")
    expected = {
        1_700_000_000: "an OAuth access token that expired 2023-11-14 22:13 UTC",
        32_503_680_000: "an OAuth access token that is valid until 3000-01-01 00:00 UTC",
    }
    assert doctor()["token"]["found"].startswith(expected[claims["exp"]])


@pytest.mark.parametrize("claims", ["", "e30", "bm9uZQ", "eyJleHAiOiJub3cifQ", "eyJleHAiOjFlOTl9"])
def test_a_token_whose_claims_say_nothing_is_an_oauth_token_all_the_same(
    doctor: Doctor, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, claims: str
) -> None:
    token(sandbox, monkeypatch, f"eyJ.{claims}.x", scopes=READ)
    assert doctor()["token"]["found"] == "an OAuth access token"


@pytest.mark.parametrize(
    ("version", "expected", "found"),
    [
        (
            "2020-01-01",
            "o-W---",
            "2020-01-01 is not accepted (HTTP 401: version header is invalid)",
        ),
        (
            "x",
            "--W---",
            "a Version is a date like 2021-07-28, or v and a number like v3, not 'x'",
        ),
        ("v3", "oooooo", ""),
    ],
)
def test_a_version_that_is_not_accepted_is_named(
    doctor: Doctor, version: str, expected: str, found: str
) -> None:
    checks = doctor("--api-version", version)
    assert statuses(checks) == expected
    assert found in checks["version"]["found"]


@pytest.mark.parametrize(
    ("fault", "expected", "name", "found"),
    [
        (
            faults.fail(403, body="text", message="error code: 1010"),
            "W-----",
            "network",
            "(error 1010), whatever the token (HTTP 403: error code: 1010)",
        ),
        (
            faults.fail(502),
            "W-----",
            "network",
            "HighLevel fails at the moment (HTTP 502: Bad Gateway)",
        ),
        (faults.html(), "W-----", "network", " does not respond as HighLevel does"),
        (
            faults.fail(301, body="empty"),
            "W-----",
            "network",
            "a response that is not HighLevel's (HTTP 301: no text)",
        ),
        (
            faults.drop("before_work"),
            "W-----",
            "network",
            " accepts the connection but does not respond: ",
        ),
        (
            faults.rate_limit(retry_after=40),
            "o----W",
            "limits",
            "too many requests in a short time (HTTP 429: Too many requests.)",
        ),
        (
            faults.add_headers({"X-RateLimit-Daily-Remaining": "0"}),
            "oooooW",
            "limits",
            "the limit a day is used up",
        ),
        (
            faults.add_headers({"X-RateLimit-Remaining": "0", "X-RateLimit-Max": "25"}),
            "oooooW",
            "limits",
            "all 25 requests of 10 s are used",
        ),
        (
            faults.fail(403, message="no"),
            "oW----",
            "token",
            "the token has no permission (HTTP 403",
        ),
        (
            faults.fail(401, message="Invalid JWT"),
            "oW----",
            "token",
            "a Private Integration token, which is refused",
        ),
    ],
)
def test_the_cause_is_named_for_each_misbehaviour(
    doctor: Doctor,
    sandbox: Sandbox,
    fault: faults.Fault,
    expected: str,
    name: str,
    found: str,
) -> None:
    sandbox.misbehave(fault)
    checks = doctor()
    assert statuses(checks) == expected
    assert found in checks[name]["found"]


OF_5_S = {"X-RateLimit-Interval-Milliseconds": "5000"}


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (faults.rate_limit(retry_after=40), "40"),
        (faults.add_headers({"X-RateLimit-Remaining": "0"}), "10"),
        (faults.add_headers({"X-RateLimit-Remaining": "0", **OF_5_S}), "5"),
    ],
)
def test_a_limit_that_is_reached_is_waited_for_as_long_as_the_answer_says(
    doctor: Doctor, sandbox: Sandbox, fault: faults.Fault, seconds: str
) -> None:
    sandbox.misbehave(fault)
    assert doctor()["limits"]["advice"].startswith(f"Wait {seconds} seconds. Programs with the ")


@pytest.mark.parametrize(
    ("options", "expected", "limits"),
    [
        ({}, "oooooo", "98 of 100 requests left in 10 s, 199,998 of 200,000 today"),
        ({"limit": (25, 10.0), "daily_limit": 10_000}, "oooooo", "23 of 25 requests left in 10 s"),
        ({"limit": (1, 10.0)}, "o----W", "too many requests in a short time"),
        ({"daily_limit": 1}, "o----W", "the limit of 1 requests a day is used up"),
    ],
)
def test_what_is_left_of_the_limits_is_named(
    command: Command,
    doctor: Doctor,
    options: dict[str, object],
    expected: str,
    limits: str,
) -> None:
    sandbox = Sandbox(**({"limit": (100, 10.0)} | options))  # type: ignore[arg-type]
    with sandbox.serve() as server:
        checks = doctor("--base-url", server.url)
    assert statuses(checks) == expected
    assert checks["limits"]["found"].startswith(limits)
