"""The wrong setting for each error response, and what to do."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest

from facade.testing import Fault, Sandbox, faults
from tests.facade.cli.conftest import Doctor, statuses

READ = ["associations.readonly", "associations/relation.readonly"]
AGENCY = {"user_type": "Company"}
BOTH = " and ".join(READ)


@pytest.mark.parametrize(
    ("claims", "time"),
    [
        ('{"exp": 1700000000}', " that expired 2023-11-14 22:13 UTC"),
        ('{"exp": 32503680000}', " that is valid until 3000-01-01 00:00 UTC"),
        *((claims, "") for claims in ("{}", "none", '{"exp": "now"}', '{"exp": 1e99}')),
    ],
)
def test_the_time_of_a_token_that_says_it_is_named(
    doctor: Doctor, sandbox: Sandbox, claims: str, time: str
) -> None:
    body = urlsafe_b64encode(claims.encode()).decode().rstrip("=")
    token = f"eyJhbGciOiJSUzI1NiJ9.{body}.c2lnbmVk"
    sandbox.add_token(token, scopes=READ)
    assert doctor(TOKEN=token)["token"]["found"] == f"an OAuth access token{time}"


@pytest.mark.parametrize(
    ("version", "expected", "found"),
    [
        ("2020-01-01", "o-W---", "2020-01-01 is not accepted (HTTP 401: version header is invalid"),
        ("v3", "oooooo", "v3"),
    ],
)
def test_a_version_that_is_not_accepted_is_named(
    doctor: Doctor, version: str, expected: str, found: str
) -> None:
    checks = doctor(VERSION=version)
    assert statuses(checks) == expected
    assert checks["version"]["found"].startswith(found)


EDGE = faults.fail(403, body="text", message="error code: 1010")
LEFT = "X-RateLimit-Remaining"
OF_5_S = {LEFT: "0", "X-RateLimit-Max": "25", "X-RateLimit-Interval-Milliseconds": "5000"}
TODAY = {"X-RateLimit-Daily-Remaining": "0"}
TOO_MANY = "too many requests in a short time (HTTP 429: Too many requests.)"


@pytest.mark.parametrize(
    ("given", "expected", "found", "advice"),  # an unknown token, access of a token, or a fault
    [
        ("pit-no", "oW----", "a Private Integration token, which is refused (HTTP 401: ", "Copy"),
        ("eyJ-no", "oW----", "an OAuth access token, which is refused (HTTP 401: ", "Refresh"),
        ("X=pit-no", "oW----", "a token of unknown kind, which is refused", "Pass only the"),
        (AGENCY, "oW----", "the token belongs to an agency, not", "Create a Private"),
        ({"locations": ["far"]}, "oo-W--", "the token has no access to", "Check the id"),
        ({"scopes": READ[:1]}, "ooooWo", f"the token lacks {READ[1]}", "Add it to"),
        ({"scopes": READ[1:]}, "ooooWo", f"the token lacks {READ[0]}", "Add it to"),
        ({"scopes": []}, "oo--Wo", f"the token lacks {BOTH}", "Add it to"),
        (EDGE, "W-----", "(error 1010), whatever the token (HTTP 403: error code: 1010)", "Use an"),
        (faults.fail(502), "W-----", "HighLevel fails at the moment (HTTP 502: Bad", "Try again"),
        (faults.html(), "W-----", " does not respond as HighLevel does", "Check the address"),
        (faults.fail(404), "W-----", " has no Associations API (HTTP 404: ", "Check the address"),
        (faults.fail(301, body="empty"), "W-----", " is not HighLevel's (HTTP 301: no text)", ""),
        (faults.drop("before_work"), "W-----", " accepts the connection but does not respo", ""),
        (faults.fail(403, message="no"), "oW----", "the token has no permission (HTTP 403: n", ""),
        (faults.rate_limit(retry_after=40), "o----W", TOO_MANY, "Wait 40 seconds. Programs with"),
        (faults.add_headers({LEFT: "0"}), "oooooW", "all 0 requests of 10 s", "Wait 10 seconds."),
        (faults.add_headers(OF_5_S), "oooooW", "all 25 requests of 5 s are us", "Wait 5 seconds."),
        (faults.add_headers(TODAY), "oooooW", "the limit a day is used up", "Continue tomorrow."),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    doctor: Doctor, sandbox: Sandbox, given: Any, expected: str, found: str, advice: str
) -> None:
    sandbox.add_location("far")
    variables = {}
    if isinstance(given, Fault):
        sandbox.misbehave(given)
    else:
        variables["TOKEN"] = given if isinstance(given, str) else "pit-known"
    if isinstance(given, dict):
        sandbox.add_token("pit-known", **given)
    checks = doctor(**variables)
    assert statuses(checks) == expected
    (wrong,) = (one for one in checks.values() if one["status"] == "wrong")
    assert found in wrong["found"]
    assert wrong["advice"].startswith(advice)
    missing = [one["found"] for one in checks.values() if one["status"] == "not_checked"]
    assert set(missing) <= {f"not checked: fix {wrong['name']} first"}


@pytest.mark.parametrize(
    ("options", "expected", "limits"),
    [
        ({}, "oooooo", "98 of 100 requests left in 10 s, 199,998 of 200,000 today"),
        ({"daily_limit": 1}, "o----W", "the limit of 1 requests a day is used up"),
    ],
)
def test_what_is_left_of_the_limits_is_named(
    doctor: Doctor, options: dict[str, int], expected: str, limits: str
) -> None:
    with Sandbox(limit=(100, 10.0), **options).serve() as server:  # type: ignore[arg-type]
        checks = doctor("--base-url", server.url)
    assert statuses(checks) == expected
    assert checks["limits"]["found"].startswith(limits)
