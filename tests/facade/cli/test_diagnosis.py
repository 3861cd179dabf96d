"""diagnose: the checks of doctor, with at most two requests."""

from types import SimpleNamespace

import pytest

from facade.testing import Sandbox, faults
from tests.facade.cli.conftest import Command, Doctor, statuses


def test_all_is_well_at_a_sandbox_and_nothing_is_written(doctor: Doctor, sandbox: Sandbox) -> None:
    checks = doctor()
    assert statuses(checks) == "oooooo"
    assert checks["token"]["found"] == "a Private Integration token"
    assert checks["location"]["found"] == "sandbox-location, 4 associations"
    assert checks["limits"]["found"] == "the responses have no rate limit headers"
    assert [one.method for one in sandbox.requests] == ["GET", "GET"]
    assert [one.query["limit"] for one in sandbox.requests] == [["1"], ["1"]]


@pytest.mark.parametrize(
    ("variable", "given", "found"),
    [
        ("", [], "2021-07-28; HighLevel's newest is v3"),
        ("2023-02-21", [], "2023-02-21; HighLevel's newest is v3"),
        ("v3", [], "v3"),
        ("v3", ["--api-version", "legacy"], "legacy; HighLevel's newest is v3"),
    ],
)
def test_a_newer_version_than_the_one_in_use_is_told(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, variable: str, given: list[str], found: str
) -> None:
    monkeypatch.setenv("HIGHLEVEL_VERSION", variable)
    checks = doctor(*given)
    assert (statuses(checks), checks["version"]["found"]) == ("oooooo", found)


def test_the_time_of_an_answer_is_in_milliseconds(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(monotonic=iter([10.0, 11.25]).__next__)
    monkeypatch.setattr("facade.cli.diagnosis.time", clock)
    assert doctor()["network"]["found"].endswith(" responds in 1,250 ms")


def test_a_401_that_goes_away_is_no_finding(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), times=1)
    assert statuses(doctor()) == "oooooo"


@pytest.mark.parametrize(
    ("status", "expected"), [(400, "oooooo"), (404, "oooooo"), (422, "oooooo"), (500, "W-----")]
)
def test_a_record_that_is_refused_is_no_finding_and_an_outage_is(
    doctor: Doctor, sandbox: Sandbox, status: int, expected: str
) -> None:
    sandbox.misbehave(faults.fail(status, message="no such record"), on="list_relations")
    assert statuses(doctor()) == expected


def test_an_address_without_tls_is_named_and_nothing_is_sent(
    doctor: Doctor,
) -> None:
    checks = doctor("--base-url", "http://0.0.0.0:9")
    assert statuses(checks) == "W-----"
    assert checks["network"]["found"].startswith("http://0.0.0.0:9 has no TLS: the token would")
    assert checks["network"]["advice"] == "Use https. Nothing was sent"


@pytest.mark.parametrize(
    ("variables", "expected", "found"),
    [
        ({"HIGHLEVEL_TOKEN": ""}, "-W----", "there is none: set HIGHLEVEL_TOKEN, or give"),
        ({"HIGHLEVEL_TOKEN": '"pit-5e-cret "'}, "-W----", "the token must be visible ASCII text"),
        ({"HIGHLEVEL_LOCATION_ID": ""}, "---W--", "there is none: set HIGHLEVEL_LOCATION_ID, or"),
        ({"HIGHLEVEL_LOCATION_ID": "pit-5e-cret"}, "---W--", "location_id is a token"),
        ({"HIGHLEVEL_BASE_URL": "https://u:5e-cret@host"}, "W-----", "base_url must be an"),
        ({"HIGHLEVEL_VERSION": "pit-5e-cret"}, "--W---", "a Version is a date like 2021-07-28"),
        ({"HIGHLEVEL_TOKEN": "", "HIGHLEVEL_LOCATION_ID": ""}, "-W-W--", "there is none: set"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_nothing_is_sent(
    doctor: Doctor,
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
