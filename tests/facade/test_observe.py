"""The recorder keeps shapes and nothing else, and is never a reason for a call to fail."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import NotFoundError
from facade.observe import KNOWN, TEMPLATES, Recorder
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients

CONTRACT = json.loads((Path(__file__).parents[2] / "openapi" / "associations.json").read_text())
DAY = date(2026, 11, 24)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(1, today=lambda: DAY)


@pytest.fixture
def observed(clients: Clients, sandbox: Sandbox, recorder: Recorder) -> Any:
    return clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), observe=recorder
    )


def shape(body: Any, path: str = "/associations/one", **request: Any) -> Any:
    """Give the shape that one answer leaves."""
    recorder = Recorder(1)
    sent = httpx.Request("GET", f"https://api.example{path}", **request)
    recorder.saw(sent, httpx.Response(200, json=body))
    assert recorder.failures == 0
    return recorder.lines()[0]["body"]


def test_an_exchange_leaves_operation_version_status_and_the_types_of_its_fields(
    observed: Any, recorder: Recorder, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="k", second_object_label=None)
    observed.associations.get(made["id"])
    (line,) = recorder.lines()
    fields = line.pop("body")["fields"]
    assert line == {
        "operation": "GET /associations/{associationId}",
        "version": "2021-07-28",
        "status": 200,
        "media": "json",
        "first": "2026-11-24",
        "last": "2026-11-24",
    }
    assert fields.pop("associationType") == {
        "n": 1,
        "types": {"string": 1},
        "values": {"USER_DEFINED": 1},
    }
    text = {"n": 1, "types": {"string": 1}}
    names = "firstObjectKey firstObjectLabel id key locationId secondObjectKey traceId"
    assert fields == dict.fromkeys(names.split(), text)


def test_refusals_are_seen_too(observed: Any, recorder: Recorder) -> None:
    with pytest.raises(NotFoundError):
        observed.associations.get("nobody")
    assert [(line["operation"], line["status"]) for line in recorder.lines()] == [
        ("GET /associations/{associationId}", 404)
    ]


def test_each_kind_of_body_of_an_operation_is_kept_apart(
    observed: Any, recorder: Recorder, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="k")
    observed.associations.get(made["id"])
    with sandbox.misbehave(faults.alter(lambda body: {"association": body})):
        observed.associations.get(made["id"])
        observed.associations.get(made["id"])
    assert sorted(line["body"]["n"] for line in recorder.lines()) == [1, 2]


def test_no_token_id_label_or_key_of_the_account_is_kept(
    observed: Any, recorder: Recorder, sandbox: Sandbox, tmp_path: Path
) -> None:
    made = sandbox.seed_association(
        key="secretkey", first_object_label="Secretfirst", second_object_label="Secretsecond"
    )
    sandbox.seed_relation(made["id"], "secretcontact", "secrettutor")
    observed.associations.list()
    observed.associations.get_by_key("secretkey")
    observed.relations.list("secretcontact", association_ids=[made["id"]])
    observed.associations.update(
        made["id"], first_object_label="Secretnew", second_object_label="Secretnewer"
    )
    recorder.save(tmp_path / "seen.jsonl")
    kept = (tmp_path / "seen.jsonl").read_text()
    assert len(kept.splitlines()) == 4
    for secret in (sandbox.token, sandbox.location_id, made["id"]):
        assert secret not in kept
    assert "secret" not in kept.lower()


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({"id": "a", "syncState": 1}, ["id", "syncState"]),
        ({"id": "a", "sync_state": 1}, ["id", "sync_state"]),
        ({"6a44f1c09b3e7d2100000001": 1}, []),
        ({"ve9EPMlahTvShlRWKT": 1}, []),
        ({"Tutor": 1, "student": 2}, []),  # one name that is none: a map
        ({"anna@example.com": 1, "id": "a"}, ["id"]),
        ({"anna": 1, "people": ["Anna"]}, []),  # said elsewhere as a value
        ({"one": 1}, []),  # said in the path
        ({word * 3: 1 for word in "abcdefghi"}, []),  # too many to be fields
    ],
)
def test_a_name_that_may_be_data_is_not_kept(body: dict[str, Any], kept: list[str]) -> None:
    assert sorted(shape(body).get("fields", {})) == kept
    assert ("unnamed" in shape(body)) == (len(kept) < len(body))


def test_names_that_turn_out_to_be_data_are_forgotten() -> None:
    recorder = Recorder(1)
    request = httpx.Request("GET", "https://api.example/associations/one")
    for body in ({"anna": 1, "id": "x"}, {"bernd": 1, "id": "x"}, {"Zoe P.": 1, "id": "x"}):
        recorder.saw(request, httpx.Response(200, json=body))
    (line,) = recorder.lines()
    assert sorted(line["body"]["fields"]) == ["id"]
    assert line["body"]["unnamed"] == 1


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("associationType", "USER_DEFINED", "USER_DEFINED"),
        ("associationType", "PARTNER_DEFINED", "PARTNER_DEFINED"),
        ("associationType", "Anna's", "other"),
        ("firstObjectToSecondObjectCardinality", "ONE_TO_MANY", "ONE_TO_MANY"),
    ],
)
def test_values_are_kept_of_closed_vocabularies_only(field: str, value: str, kept: str) -> None:
    assert shape({"id": "a", field: value})["fields"][field]["values"] == {kept: 1}


@pytest.mark.parametrize(
    ("content", "media"), [(b"", "empty"), (b"<html>Anna</html>", "html"), (b"Anna", "other")]
)
def test_of_a_body_that_is_no_json_only_its_kind_is_kept(content: bytes, media: str) -> None:
    recorder = Recorder(1)
    request = httpx.Request("GET", "https://api.example/associations/one")
    recorder.saw(request, httpx.Response(200, content=content))
    (line,) = recorder.lines()
    assert (line["media"], line["body"]) == (media, {"n": 1, "types": {}})


def test_of_any_path_only_the_template_is_kept() -> None:
    recorder = Recorder(1)
    for path in ("/proxy/associations/key/Anna", "/contacts/Anna", "/associations/relations/a%2Fb"):
        recorder.saw(
            httpx.Request("GET", f"https://api.example{path}"), httpx.Response(200, json={})
        )
    assert [line["operation"] for line in recorder.lines()] == [
        "GET /...",
        "GET /associations/key/{key_name}",
        "GET /associations/relations/{id}",
    ]


def test_a_failure_of_the_recorder_never_reaches_the_app(
    clients: Clients, sandbox: Sandbox
) -> None:
    def broken() -> date:
        raise RuntimeError("no clock")

    recorder = Recorder(1, today=broken)
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), observe=recorder
    )
    assert client.associations.list().total == 2
    assert (recorder.failures, recorder.lines()) == (1, [])


@pytest.mark.parametrize("body", ["[" * 50_000, '{"id": 1e999, "x": NaN}', "{" * 9, '"\\ud800"'])
def test_no_body_can_hurt(body: str, answering: Callable[..., Any]) -> None:
    recorder = Recorder(1)
    client = answering(httpx.Response(404, content=body.encode()), observe=recorder)
    with pytest.raises(NotFoundError):
        client.associations.get("a")
    assert recorder.failures + len(recorder.lines()) == 1


def test_what_is_kept_has_an_end() -> None:
    recorder = Recorder(1)
    for status in range(200, 600):
        bodies: list[Any] = [{"id": "a"}, {"key": "a"}, {"relations": []}]
        for body in bodies:
            recorder.saw(
                httpx.Request("GET", "https://api.example/associations/a"),
                httpx.Response(status, json=body),
            )
    assert (len(recorder.lines()), recorder.failures) == (400, 800)


def test_only_a_sample_is_looked_at() -> None:
    recorder = Recorder(0.1)
    for _ in range(2000):
        recorder.saw(
            httpx.Request("GET", "https://api.example/associations/a"),
            httpx.Response(200, json={"id": "a"}),
        )
    (line,) = recorder.lines()
    assert 100 < line["body"]["n"] < 320


@pytest.mark.parametrize("sample", [0, -1, 1.1])
def test_a_sample_is_a_share(sample: float) -> None:
    with pytest.raises(ValueError, match="sample is a share"):
        Recorder(sample)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    recorder = Recorder(1)
    with pytest.raises(FileNotFoundError):
        recorder.save(tmp_path / "nowhere" / "seen.jsonl")
    (tmp_path / "seen.jsonl").write_text("old\n")
    recorder.save(tmp_path / "seen.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["seen.jsonl"]
    assert (tmp_path / "seen.jsonl").read_text() == ""


def test_the_recorder_knows_the_paths_and_the_answered_fields_of_the_contract() -> None:
    assert set(TEMPLATES) - {"/associations"} == set(CONTRACT["paths"])
    answered = {
        name
        for schema, fields in CONTRACT["components"]["schemas"].items()
        if not re.search("Body$", schema)
        for name in fields.get("properties", ())
    }
    assert answered == KNOWN
