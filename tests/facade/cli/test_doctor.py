"""doctor: each state of the sandbox, of the network and of the settings has its cause named."""

import base64
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from facade._core import pool
from facade.testing import Sandbox, faults
from tests.facade.cli.conftest import Command
from tests.facade.cli.tls import EXPIRED, VALID, Authority, served

NAMES = ["network", "token", "version", "location", "scopes", "limits"]
Checks = dict[str, dict[str, str]]


@pytest.fixture
def doctor(command: Command) -> Callable[..., Checks]:
    """Run doctor; return its checks by name, after a look at what all of them have."""

    def run(*arguments: str) -> Checks:
        status, out, err = command("doctor", "--json", *arguments)
        found = json.loads(out)
        assert [one["name"] for one in found["checks"]] == NAMES
        assert (status, err) == (0 if found["ok"] else 1, "")
        for one in found["checks"]:
            assert (one["status"] == "wrong") >= bool(one["advice"])
        return {one["name"]: one for one in found["checks"]}

    return run


def statuses(checks: Checks) -> str:
    """Return a letter for each check: ok, wrong, or not checked."""
    return "".join(
        {"ok": "o", "wrong": "W", "not_checked": "-"}[checks[one]["status"]] for one in NAMES
    )


def test_all_is_well_at_a_sandbox_and_nothing_is_written(
    doctor: Callable[..., Checks], sandbox: Sandbox
) -> None:
    checks = doctor()
    assert statuses(checks) == "oooooo"
    assert checks["token"]["found"] == "a Private Integration token"
    assert checks["location"]["found"] == "sandbox-location, 2 associations"
    assert checks["limits"]["found"] == "the answers name none"
    assert [one.method for one in sandbox.requests] == ["GET", "GET"]


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
            "Copy it again, whole",
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
            "Give it whole and alone",
        ),
        (
            "pit-agency",
            {"user_type": "Company"},
            "oW----",
            "the token is an agency's, not a sub-account's (HTTP 401: Token's user type mismatch!)",
            "Make a Private Integration in the sub-account",
        ),
        (
            "eyJ-agency",
            {"user_type": "Company"},
            "oW----",
            "the token is an agency's, not a sub-account's (HTTP 401: This authClass type is not",
            "with OAuth use the token of the location",
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
    doctor: Callable[..., Checks],
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
            assert one["found"].startswith("not checked: mend ")


@pytest.mark.parametrize("claims", [{"exp": 1_700_000_000}, {"exp": 32_503_680_000}])
def test_the_time_of_a_token_that_says_it_is_named(
    doctor: Callable[..., Checks],
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
    doctor: Callable[..., Checks], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, claims: str
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
    doctor: Callable[..., Checks], version: str, expected: str, found: str
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
            "(error 1010), and has not looked at the token (HTTP 403: error code: 1010)",
        ),
        (
            faults.fail(502),
            "W-----",
            "network",
            "HighLevel fails at the moment (HTTP 502: Bad Gateway)",
        ),
        (faults.html(), "W-----", "network", " answers, and not as HighLevel does"),
        (
            faults.fail(301, body="empty"),
            "W-----",
            "network",
            "an answer that HighLevel does not give (HTTP 301: no text)",
        ),
        (
            faults.drop("before_work"),
            "W-----",
            "network",
            " takes the connection and does not answer: ",
        ),
        (
            faults.refuse(retry_after=40),
            "o----W",
            "limits",
            "more requests than are allowed in a short time (HTTP 429: Too many requests.)",
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
        (faults.fail(403, message="no"), "oW----", "token", "the token may not do this (HTTP 403"),
        (
            faults.fail(401, message="Invalid JWT"),
            "oW----",
            "token",
            "a Private Integration token, which is refused",
        ),
    ],
)
def test_the_cause_is_named_for_each_misbehaviour(
    doctor: Callable[..., Checks],
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


def test_a_401_that_goes_away_is_no_finding(
    doctor: Callable[..., Checks], sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), times=1)
    assert statuses(doctor()) == "oooooo"


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_record_that_is_refused_is_no_finding(
    doctor: Callable[..., Checks], sandbox: Sandbox, status: int
) -> None:
    sandbox.misbehave(faults.fail(status, message="no such record"), on="list_relations")
    assert statuses(doctor()) == "oooooo"


def test_an_outage_at_the_second_request_is_a_finding(
    doctor: Callable[..., Checks], sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(500), on="list_relations")
    assert statuses(doctor()) == "W-----"


@pytest.mark.parametrize(
    ("options", "expected", "limits"),
    [
        ({}, "oooooo", "98 of 100 requests left in 10 s, 199,998 of 200,000 today"),
        ({"limit": (25, 10.0), "daily_limit": 10_000}, "oooooo", "23 of 25 requests left in 10 s"),
        ({"limit": (1, 10.0)}, "o----W", "more requests than are allowed in a short time"),
        ({"daily_limit": 1}, "o----W", "the limit of 1 requests a day is used up"),
    ],
)
def test_what_is_left_of_the_limits_is_named(
    command: Command,
    doctor: Callable[..., Checks],
    options: dict[str, object],
    expected: str,
    limits: str,
) -> None:
    sandbox = Sandbox(**({"limit": (100, 10.0)} | options))  # type: ignore[arg-type]
    with sandbox.serve() as server:
        checks = doctor("--base-url", server.url)
    assert statuses(checks) == expected
    assert checks["limits"]["found"].startswith(limits)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_a_closed_port_is_named(doctor: Callable[..., Checks]) -> None:
    port = free_port()
    checks = doctor("--base-url", f"https://127.0.0.1:{port}")
    assert statuses(checks) == "W-----"
    assert checks["network"]["found"] == f"nothing listens at 127.0.0.1, port {port}"


def test_a_proxy_that_cannot_be_reached_is_named_without_its_password(
    doctor: Callable[..., Checks], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:5e-cret@127.0.0.1:{port}")
    checks = doctor("--base-url", "https://services.leadconnectorhq.invalid")
    assert checks["network"]["found"] == f"nothing listens at the proxy 127.0.0.1, port {port}"


def test_an_unknown_name_is_named(
    doctor: Callable[..., Checks], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    checks = doctor("--base-url", "https://services.leadconnectorhq.invalid")
    assert checks["network"]["found"] == "the name services.leadconnectorhq.invalid is not known"


def test_an_address_without_tls_is_named_and_nothing_is_sent(
    doctor: Callable[..., Checks],
) -> None:
    checks = doctor("--base-url", "http://0.0.0.0:9")
    assert statuses(checks) == "W-----"
    assert checks["network"]["found"].startswith("http://0.0.0.0:9 has no TLS: the token would")
    assert checks["network"]["advice"] == "Use https. Nothing was sent"


def test_a_server_without_tls_is_named(doctor: Callable[..., Checks], sandbox: Sandbox) -> None:
    with sandbox.serve() as server:
        checks = doctor("--base-url", server.url.replace("http", "https"))
    assert statuses(checks) == "W-----"
    assert f"127.0.0.1, port {server.port} does not speak TLS: " in checks["network"]["found"]


@pytest.mark.parametrize(
    ("address", "valid_for", "trusts", "found"),
    [
        ("127.0.0.1", EXPIRED, True, "the certificate of 127.0.0.1 has expired"),
        ("127.0.0.2", VALID, True, "the certificate is not one of 127.0.0.1"),
        ("127.0.0.1", VALID, False, "the certificate of 127.0.0.1 is not trusted: "),
    ],
)
def test_a_certificate_is_named_with_what_is_wrong_with_it(
    doctor: Callable[..., Checks],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    valid_for: object,
    trusts: bool,
    found: str,
) -> None:
    authority = Authority(tmp_path)
    if trusts:
        monkeypatch.setattr(pool, "_tls", lambda: authority.trust)
    with served(authority.context(address, valid_for)) as url:  # type: ignore[arg-type]
        checks = doctor("--base-url", url)
    assert statuses(checks) == "W-----"
    assert checks["network"]["found"].startswith(found)


@pytest.mark.parametrize(
    ("variables", "expected", "found"),
    [
        ({"HIGHLEVEL_TOKEN": ""}, "-W----", "there is none: set HIGHLEVEL_TOKEN, or give"),
        ({"HIGHLEVEL_TOKEN": '"pit-5e-cret "'}, "-W----", "the token must be visible ASCII text"),
        ({"HIGHLEVEL_LOCATION_ID": ""}, "---W--", "there is none: set HIGHLEVEL_LOCATION_ID, or"),
        ({"HIGHLEVEL_LOCATION_ID": "pit-5e-cret"}, "---W--", "location_id is a token"),
        ({"HIGHLEVEL_BASE_URL": "https://u:5e-cret@host"}, "W-----", "base_url must be an"),
        ({"HIGHLEVEL_TOKEN": "", "HIGHLEVEL_LOCATION_ID": ""}, "-W-W--", "there is none: set"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_nothing_is_sent(
    doctor: Callable[..., Checks],
    command: Command,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    expected: str,
    found: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    checks = doctor()
    assert statuses(checks) == expected
    assert [one for one in checks.values() if one["found"].startswith(found)]
    assert sandbox.requests == []
    assert "cret" not in "".join(map(str, (command("doctor"), command("doctor", "--json"))))


def test_a_person_gets_lines_and_what_is_wrong_at_the_end(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", "other")
    status, out, _ = command("doctor")
    lines = out.splitlines()
    assert (status, lines[-1]) == (1, "Wrong: location.")
    assert lines[2] == "-      version   not checked: mend location first"
    assert lines[3].startswith("wrong  location  the token has no access to other (HTTP 403: ")
    assert lines[4].startswith("                 Check the id of the location")


def test_a_terminal_of_80_columns_gets_one_screen(command: Command, terminal: None) -> None:
    status, out, _ = command("doctor")
    assert (status, out.splitlines()[-1]) == (0, "All is well.")
    assert max(map(len, out.splitlines())) <= 80
    assert len(out.splitlines()) <= 24
