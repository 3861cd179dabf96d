"""The recorder stores shapes, no values, and never makes a call fail."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import httpx
import pytest

from facade import NotFoundError
from facade.observe import Recorder
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import received


def test_the_first_and_the_last_day_of_each_kind_of_body_are_kept() -> None:
    today = iter((23, 24, 24, 25, 26, 24))
    recorder = Recorder(1, today=lambda: date(2026, 11, next(today)))
    recorder(received({"id": "a", "key": "k"}))
    seen = list[tuple[int, str, str]]()
    for _ in range(5):
        recorder(received({"id": "a"}))
        line = recorder.lines()[-1]
        seen.append((line["body"]["n"], line["first"], line["last"]))
    last = {1: 24, 2: 24, 3: 25, 4: 26, 5: 24}
    assert seen == [(n, "2026-11-24", f"2026-11-{day}") for n, day in last.items()]
    assert [line["body"]["n"] for line in recorder.lines()] == [1, 5]


def test_no_token_id_label_or_key_of_the_account_is_kept(
    clients: Clients, sandbox: Sandbox, tmp_path: Path
) -> None:
    recorder = Recorder(1)
    observed = clients.of(sandbox, on_event=recorder)
    labels = {"first_object_label": "Secretfirst", "second_object_label": "Secretsecond"}
    made = sandbox.seed_association(key="secretkey", **labels)
    sandbox.seed_relation(made["id"], "secretcontact", "secrettutor")
    observed.associations.list()
    observed.associations.get_by_key("secretkey")
    observed.relations.list("secretcontact", association_ids=[made["id"]])
    observed.associations.update(made["id"], **labels)
    recorder.save(tmp_path / "observed.jsonl")
    kept = (tmp_path / "observed.jsonl").read_text()
    assert len(kept.splitlines()) == 4
    for secret in (sandbox.token, sandbox.location_id, made["id"]):
        assert secret not in kept
    assert "secret" not in kept.lower()


def test_of_a_body_that_is_not_json_only_its_kind_is_kept() -> None:
    recorder = Recorder(1)
    for content in (b"Anna", b"<html>Anna</html>", b"<html>Bert</html>", b""):
        recorder(received(content))
    found = [(line["media"], line["body"]) for line in recorder.lines()]
    counts = {"empty": 1, "html": 2, "other": 1}
    assert found == [(media, {"n": n, "types": {}}) for media, n in counts.items()]


def test_of_any_path_only_the_template_is_kept_and_a_version_if_it_has_the_form_of_one() -> None:
    kept = {
        ("/contacts/Anna", "Anna"): ("GET /...", "other"),
        ("/associations", ""): ("GET /associations", "other"),
        ("/proxy/associations/key/Anna", "v3"): ("GET /associations/key/{key_name}", "v3"),
        ("/associations/relations/a?b=c", "v9"): ("GET /associations/relations/{id}", "v9"),
    }
    recorder = Recorder(1)
    for path, version in kept:
        recorder(received({}, path, version=version))
    lines = recorder.lines()
    assert [(one["operation"], one["version"]) for one in lines] == [*kept.values()]
    assert {(one["status"], one["media"]) for one in lines} == {(200, "json")}


@pytest.mark.parametrize("body", ["[" * 50_000, '{"id": 1e999, "x": NaN}', '"\\ud800"'])
def test_no_body_makes_a_call_fail(body: str, clients: Clients) -> None:
    recorder = Recorder(1)
    client, _ = clients.answering(httpx.Response(404, content=body.encode()), on_event=recorder)
    with pytest.raises(NotFoundError):
        client.associations.get("a")
    assert recorder.failures + len(recorder.lines()) == 1


def test_the_number_of_shapes_is_limited() -> None:
    recorder, lock = Recorder(1), MagicMock()
    recorder._holder = SimpleNamespace(lock=lock)  # type: ignore[assignment]
    for status in range(200, 601):
        recorder(received({"id": "a"}, status=status))
    assert (len(recorder.lines()), recorder.failures) == (400, 1)
    assert lock.__enter__.call_count == 402  # threads record one after the other


def test_only_a_sample_is_recorded() -> None:
    recorder = Recorder()
    for _ in range(2000):
        recorder(received({"id": "a"}))
    (line,) = recorder.lines()
    assert 100 < line["body"]["n"] < 320
