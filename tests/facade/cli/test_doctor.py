"""doctor: which setting is wrong, with at most two requests, as text and as JSON."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from facade.cli.commands import doctor as module
from facade.testing import Fault, Sandbox, faults
from tests.facade.cli.conftest import Command, Doctor, statuses

SHOWN = {"base_url": "BASE_URL", "location_id": "LOCATION_ID", "version": "VERSION"}
READ = ["associations.readonly", "associations/relation.readonly"]
AGENCY = {"user_type": "Company"}
BOTH = " and ".join(READ)


def test_all_is_well_at_a_sandbox_and_nothing_is_written(
    doctor: Doctor, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=iter([10.0, 11.25]).__next__))
    checks = doctor()
    assert checks["network"]["found"].endswith(" responds in 1,250 ms")
    assert statuses(checks) == "oooooo"
    assert checks["token"]["found"] == "a Private Integration token"
    assert checks["location"]["found"] == "sandbox-location, 4 associations"
    assert checks["limits"]["found"] == "the responses have no rate limit headers"
    assert checks["version"]["found"] == "2021-07-28; HighLevel's newest is v3"
    assert [one.method for one in sandbox.requests] == ["GET", "GET"]
    assert [one.query["limit"] for one in sandbox.requests] == [["1"], ["1"]]
    assert sandbox.requests[1].path == "/associations/relations/000000000000000000000000"
    assert (module._TIMEOUT, module._DEADLINE) == (6.0, 9.0)


def test_a_package_of_another_project_is_named_and_nothing_is_sent(
    command: Command, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = SimpleNamespace(__path__=["/app/generated_client"])
    monkeypatch.setattr(module, "generated_client", foreign)
    out = command("doctor")[1]
    assert out.startswith("wrong  package   /app/generated_client is not the one of ")
    assert "Rename that one" in out
    assert sandbox.requests == []


def test_a_401_that_goes_away_and_a_record_that_is_refused_are_no_finding(
    doctor: Doctor, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), times=1)
    assert doctor(VERSION="v3")["version"]["found"] == "v3"
    for status, expected in ((400, "oooooo"), (404, "oooooo"), (422, "oooooo"), (502, "W-----")):
        with sandbox.misbehave(faults.fail(status, message="no"), on="list_relations"):
            assert statuses(doctor()) == expected
    assert [one.operation for one in sandbox.requests].count("list_relations") == 6
    sandbox.add_token("pit-known", scopes=READ[1:])  # what else is wrong comes first
    with sandbox.misbehave(faults.fail(502), on="list_relations"):
        assert statuses(doctor(TOKEN="pit-known")) == "W-----"


def test_a_setting_that_cannot_be_is_named_and_nothing_is_sent(
    doctor: Doctor, command: Command, sandbox: Sandbox
) -> None:
    for variables, expected, found in (
        ({"TOKEN": '"pit-5e-cret"'}, "-W----", "the token is in quotation marks"),
        ({"LOCATION_ID": "pit-5e-cret"}, "---W--", "location_id is a token"),
        ({"BASE_URL": "https://u:5e-cret@host"}, "W-----", "base_url must be an"),
        ({"VERSION": "pit-5e-cret"}, "--W---", "a Version is a date like"),
        ({"TOKEN": "", "LOCATION_ID": ""}, "-W-W--", "there is none: set"),
    ):
        checks = doctor(**variables)
        assert statuses(checks) == expected
        assert [one for one in checks.values() if one["found"].startswith(found)]
        shown = json.loads(command("doctor", "--json", **variables)[1])
        assert [shown[name] for name in SHOWN if SHOWN[name] in variables] in ([], [None])
        assert "cret" not in f"{command('doctor', **variables)}{shown}"
    assert sandbox.requests == []


LEFT = "X-RateLimit-Remaining"
OF_5_S = {LEFT: "0", "X-RateLimit-Max": "25", "X-RateLimit-Interval-Milliseconds": "5000"}
TODAY = {"X-RateLimit-Daily-Remaining": "0"}
OLD = {"VERSION": "2020-01-01"}
LISTED = "GET /associations/ returned"
PIT = "a Private Integration token"


@pytest.mark.parametrize(
    ("given", "expected", "found", "advice"),  # an unknown token, access of a token, or a fault
    [
        ("pit-no", "oW----", f"{PIT}: {LISTED} 401: Invalid", "copy the complete"),
        (AGENCY, "oW----", f"{PIT}: {LISTED} 401: ", "create a Private"),
        ({"locations": ["far"]}, "oo-W--", f"sandbox-location: {LISTED} 403", "check location_id"),
        ({"scopes": READ[:1]}, "ooooWo", f"the token lacks {READ[1]}", f"add {READ[1]} to"),
        ({"scopes": READ[1:]}, "ooooWo", f"the token lacks {READ[0]}", f"add {READ[0]} to"),
        ({"scopes": []}, "oo--Wo", f"the token lacks {BOTH}", f"add {BOTH} to"),
        (faults.fail(403, message="1010 error"), "oW----", f"{PIT}: {LISTED} 403", "use a t"),
        (faults.fail(403, message="error 1010"), "W-----", f"{LISTED} 403: ", "use another n"),
        (faults.html(), "W-----", f"{LISTED} 200, but its body", "check base_url"),
        (faults.fail(301, body="empty"), "W-----", f"{LISTED} 301: the response gives no", ""),
        (faults.drop("before_work"), "W-----", "GET /associations/: connection lost: ", "look the"),
        (faults.rate_limit(retry_after=40), "o----W", f"{LISTED} 429: Too many", "wait 40 seconds"),
        (faults.add_headers({LEFT: "0"}), "oooooW", "no requests are left in 10 s", "wait 10 s"),
        (faults.add_headers(OF_5_S), "oooooW", "no requests are left in 5 s", "wait 5 seconds;"),
        (faults.add_headers(TODAY), "oooooW", "no requests are left today", "continue tomorrow"),
        (OLD, "o-W---", f"2020-01-01: {LISTED} 401: version header is invalid", "omit `version`"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    doctor: Doctor, sandbox: Sandbox, given: Any, expected: str, found: str, advice: str
) -> None:
    sandbox.add_location("far")
    if isinstance(given, Fault):
        sandbox.misbehave(given)
    elif isinstance(given, dict) and given is not OLD:
        sandbox.add_token("pit-known", **given)
        given = "pit-known"
    checks = doctor(**{"TOKEN": given} if isinstance(given, str) else given if given is OLD else {})
    assert statuses(checks) == expected
    (wrong,) = (one for one in checks.values() if one["status"] == "wrong")
    assert wrong["found"].startswith(found)
    assert wrong["advice"].startswith(advice)
    missing = [one["found"] for one in checks.values() if one["status"] == "not_checked"]
    assert set(missing) <= {f"not checked: fix {wrong['name']} first"}


def test_what_is_left_of_the_limits_is_named(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.add_headers({LEFT: "5", "X-RateLimit-Daily-Remaining": "5"}))
    assert doctor()["limits"]["found"] == "the responses have no rate limit headers"
    with Sandbox(limit=(100, 10.0)).serve() as server:
        found = doctor("--base-url", server.url)["limits"]["found"]
    assert found == "98 of 100 requests left in 10 s, 199,998 of 200,000 today"
    assert statuses(doctor("--base-url", "http://0.0.0.0:9")) == "W-----"  # without TLS


def test_a_proxy_that_cannot_be_reached_is_named_without_its_password(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:5e-cret@127.0.0.1:{closed_port}")
    found = doctor("--base-url", "https://services.leadconnectorhq.invalid")["network"]["found"]
    said = f"cannot connect: nothing listens at the proxy 127.0.0.1, port {closed_port}"
    assert found == f"GET /associations/: {said}"
