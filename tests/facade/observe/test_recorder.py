"""The recorder stores shapes, no values, and never makes a call fail."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import httpx
import pytest

from facade import NotFoundError
from facade._core.client_options import VERSION
from facade.observe import Recorder
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import received


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(1, today=lambda: date(2026, 11, 24))


@pytest.fixture
def observed(clients: Clients, sandbox: Sandbox, recorder: Recorder) -> Any:
    return clients.of(sandbox, on_event=recorder)


def test_of_an_exchange_operation_version_status_and_field_types_are_kept(
    observed: Any, recorder: Recorder, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="k", second_object_label=None)
    observed.associations.get(made["id"])
    (line,) = recorder.lines()
    fields = line.pop("body")["fields"]
    assert line == {
        "operation": "GET /associations/{associationId}",
        "version": VERSION,
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


@pytest.mark.parametrize(
    ("days", "first", "last"), [((24, 24), 24, 24), ((24, 25, 26), 24, 26), ((24, 25, 24), 24, 24)]
)
def test_the_first_and_the_last_day_are_kept(days: tuple[int, ...], first: int, last: int) -> None:
    today = iter(days)
    recorder = Recorder(1, today=lambda: date(2026, 11, next(today)))
    for _ in days:
        recorder(received({"id": "a"}))
    (line,) = recorder.lines()
    assert (line["first"], line["last"]) == (f"2026-11-{first}", f"2026-11-{last}")


def test_different_bodies_of_an_operation_are_kept_apart() -> None:
    recorder = Recorder(1)
    bodies: list[Any] = [{"id": "a"}, {"association": {"id": "a"}}, {"association": {"id": "b"}}]
    for body in bodies:
        recorder(received(body))
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
    recorder.save(tmp_path / "observed.jsonl")
    kept = (tmp_path / "observed.jsonl").read_text()
    assert len(kept.splitlines()) == 4
    for secret in (sandbox.token, sandbox.location_id, made["id"]):
        assert secret not in kept
    assert "secret" not in kept.lower()


@pytest.mark.parametrize(
    ("content", "media"), [(b"", "empty"), (b"<html>Anna</html>", "html"), (b"Anna", "other")]
)
def test_of_a_body_that_is_not_json_only_its_kind_is_kept(content: bytes, media: str) -> None:
    recorder = Recorder(1)
    recorder(received(content))
    (line,) = recorder.lines()
    assert (line["media"], line["body"]) == (media, {"n": 1, "types": {}})


def test_of_any_path_only_the_template_is_kept_and_a_version_if_it_has_the_form_of_one() -> None:
    recorder = Recorder(1)
    for path, version in (
        ("/proxy/associations/key/Anna", "v3"),
        ("/contacts/Anna", "Anna"),
        ("/associations/relations", "2030-01-01"),
        ("/associations/relations/a%2Fb?locationId=Anna", ""),
    ):
        recorder(received({}, path, version=version))
    assert [(line["operation"], line["version"]) for line in recorder.lines()] == [
        ("GET /...", "other"),
        ("GET /associations/key/{key_name}", "v3"),
        ("GET /associations/relations", "2030-01-01"),
        ("GET /associations/relations/{id}", "other"),
    ]


def test_a_failure_of_the_recorder_never_reaches_the_app() -> None:
    def broken() -> date:
        raise RuntimeError("no clock")

    recorder = Recorder(1, today=broken)
    recorder(received({"id": "a"}))
    assert (recorder.failures, recorder.lines()) == (1, [])


@pytest.mark.parametrize("body", ["[" * 50_000, '{"id": 1e999, "x": NaN}', "{" * 9, '"\\ud800"'])
def test_no_body_makes_a_call_fail(body: str, answering: Callable[..., Any]) -> None:
    recorder = Recorder(1)
    client = answering(httpx.Response(404, content=body.encode()), on_event=recorder)
    with pytest.raises(NotFoundError):
        client.associations.get("a")
    assert recorder.failures + len(recorder.lines()) == 1


def test_the_number_of_shapes_is_limited() -> None:
    recorder = Recorder(1)
    for status in range(200, 500):
        for body in ({"id": "a"}, {"key": "a"}):
            recorder(received(body, status=status))
    assert (len(recorder.lines()), recorder.failures) == (400, 200)


def test_threads_record_one_after_the_other() -> None:
    recorder, lock = Recorder(1), MagicMock()
    recorder._holder = SimpleNamespace(lock=lock)  # type: ignore[assignment]
    recorder(received({"id": "a"}))
    lock.__enter__.assert_called_once()


def test_only_a_sample_is_recorded() -> None:
    recorder = Recorder(0.1)
    for _ in range(2000):
        recorder(received({"id": "a"}))
    (line,) = recorder.lines()
    assert 100 < line["body"]["n"] < 320
    for sample in (0, -1, 1.1):
        with pytest.raises(ValueError, match="sample must be"):
            Recorder(sample)
