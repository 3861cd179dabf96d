"""diagnose: the checks of doctor, with at most two requests."""

from types import SimpleNamespace

import pytest

from facade.cli import diagnosis
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
    doctor: Doctor, variable: str, given: list[str], found: str
) -> None:
    checks = doctor(*given, VERSION=variable)
    assert (statuses(checks), checks["version"]["found"]) == ("oooooo", found)


def test_the_time_of_an_answer_is_in_milliseconds(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(monotonic=iter([10.0, 11.25]).__next__)
    monkeypatch.setattr("facade.cli.diagnosis.time", clock)
    assert doctor()["network"]["found"].endswith(" responds in 1,250 ms")


def test_a_401_that_goes_away_is_no_finding_and_one_that_stays_or_a_scope_is(
    doctor: Doctor, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), times=1)
    assert statuses(doctor()) == "oooooo"
    assert statuses(doctor(TOKEN="pit-no")) == "oW----"
    sandbox.add_token("pit-none", scopes=[])
    assert statuses(doctor(TOKEN="pit-none")) == "oo--Wo"


@pytest.mark.parametrize(
    ("status", "expected"), [(400, "oooooo"), (404, "oooooo"), (422, "oooooo"), (500, "W-----")]
)
def test_a_record_that_is_refused_is_no_finding_and_an_outage_is(
    doctor: Doctor, sandbox: Sandbox, status: int, expected: str
) -> None:
    sandbox.misbehave(faults.fail(status, message="no such record"), on="list_relations")
    assert statuses(doctor()) == expected


@pytest.mark.parametrize(
    ("variables", "expected", "found"),
    [
        ({"TOKEN": '"pit-5e-cret "'}, "-W----", "the token must be visible ASCII text"),
        ({"LOCATION_ID": "pit-5e-cret"}, "---W--", "location_id is a token"),
        ({"BASE_URL": "https://u:5e-cret@host"}, "W-----", "base_url must be an"),
        ({"TOKEN": "", "LOCATION_ID": ""}, "-W-W--", "there is none: set"),
        ({"BASE_URL": "http://0.0.0.0:9"}, "W-----", "http://0.0.0.0:9 has no TLS: the token wou"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_nothing_is_sent(
    doctor: Doctor,
    command: Command,
    sandbox: Sandbox,
    variables: dict[str, str],
    expected: str,
    found: str,
) -> None:
    checks = doctor(**variables)
    assert statuses(checks) == expected
    assert [one for one in checks.values() if one["found"].startswith(found)]
    assert sandbox.requests == []
    assert (
        "cret" not in f"{command('doctor', **variables)}{command('doctor', '--json', **variables)}"
    )


def test_a_number_is_newer_than_a_date_and_a_date_than_legacy() -> None:
    versions = "v10 v3 v2 2021-07-28 2021-04-15 legacy".split()
    assert sorted(versions, key=diagnosis._age) == versions[::-1]
