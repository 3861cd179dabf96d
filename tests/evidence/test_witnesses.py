"""Witnesses are compared with the contract: a finding is what they show beyond it."""

from pathlib import Path
from typing import Any

import pytest

from scripts.contract.diff.load import Contract, load
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import parse
from scripts.evidence.mismatches import Checker
from scripts.evidence.observed import compare_observed
from scripts.evidence.recording import read
from tests.evidence.recordings import GET, ONE, record

OPENAPI = Path(__file__).parents[2] / "openapi"
WITNESSES = OPENAPI / "witnesses"
WITNESS = """
since: 2026-11
exchanges:
- request: DELETE /associations/relations/b1?locationId=l1
  status: [200, 204]
  body: {deleted: true, items: [{a: 1}, {a: x, b: 2.5}, null]}
- request: GET /associations/key/pets
  version: v3
  status: 502
  text: <html></html>
- request: GET /associations/key/pets
  status: 403
  text: "error code: 1010"
- request: GET /associations/b1
  status: 200
  text: ""
- request: GET /associations/elsewhere/b1
  status: 404
"""


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(str(OPENAPI / "associations.json"))


def findings(contract: Contract, *names: str) -> list[str]:
    review = compare_observed(contract, [WITNESSES / f"{name}.yaml" for name in names])
    return [each.finding.message for each in review.findings]


def test_a_witness_is_read_as_observations(tmp_path: Path, contract: Contract) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(WITNESS)
    recording = read([path], contract.document)
    assert [
        (each.operation, each.version, each.status, each.media) for each in recording.bodies
    ] == [
        ("DELETE /associations/relations/{id}", "2021-07-28", "200", "json"),
        ("DELETE /associations/relations/{id}", "2021-07-28", "204", "json"),
        ("GET /associations/key/{key_name}", "v3", "502", "html"),
        ("GET /associations/key/{key_name}", "2021-07-28", "403", "other"),
        ("GET /associations/{associationId}", "2021-07-28", "200", "empty"),
    ]
    assert recording.when == "2026-11"
    items = recording.bodies[0].shape.fields["items"].items
    assert items is not None
    assert (items.n, items.types) == (3, {"null": 1, "object": 2})
    assert items.fields["a"].types == {"integer": 1, "string": 1}
    assert (items.fields["b"].n, items.fields["b"].types) == (1, {"number": 1})


def observed(*exchanges: str, folder: Path) -> Path:
    """Write a witness of exchanges that succeeded."""
    path = folder / "w.yaml"
    lines = "\n".join(
        f"- {{request: {exchange}, status: 200, body: {{}}}}" for exchange in exchanges
    )
    path.write_text(f"since: 2026-11\nexchanges:\n{lines}\n")
    return path


def test_an_exchange_belongs_to_a_path_with_literal_segments_first(tmp_path: Path) -> None:
    path = observed("GET /pets/mine", "GET /pets/p1", folder=tmp_path)
    document: Any = {"paths": {"/pets/{petId}": {"get": {}}, "/pets/mine": {"get": {}}}}
    operations = [each.operation for each in read([path], document).bodies]
    assert operations == ["GET /pets/mine", "GET /pets/{petId}"]


def test_an_operation_outside_the_contract_is_noted(contract: Contract, tmp_path: Path) -> None:
    path = observed("POST /associations/merge", folder=tmp_path)
    assert [str(each.message) for each in compare_observed(contract, [path]).problems] == [
        "POST /associations/merge was called, but the contract does not have it"
    ]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("[]", "w.yaml is not a witness"),
        ("since: 2026\nexchanges: [{status: 200, body: {}}]", "w.yaml is not a witness"),
        ("since: 2026\nexchanges: [{request: GET /x, status: ok, body: {}}]", "is not a witness"),
        ("since: 2026", "w.yaml has no response body"),
        ("{", "w.yaml"),
        (None, "cannot read .*w.yaml"),
    ],
)
def test_anything_but_a_witness_is_refused(tmp_path: Path, written: str | None, why: str) -> None:
    if written is not None:
        (tmp_path / "w.yaml").write_text(written)
    with pytest.raises(CannotRunError, match=why):
        read([tmp_path / "w.yaml"])


def test_the_contract_declares_every_default_response_of_the_sandbox(contract: Contract) -> None:
    shown = {path.stem: parse(path.read_bytes(), path.name) for path in WITNESSES.glob("*.yaml")}
    names = [
        name
        for name, witness in shown.items()
        if "sandbox" not in witness
        and any({"body", "text"} & each.keys() for each in witness.get("exchanges", ()))
        and not name.startswith("o")  # the contract does not contain OAuth
    ]
    # Only an unpublished parameter causes these responses.
    assert findings(contract, *names) == [
        f"AssociationPayload.{side}MaxLimit is a new property"
        for side in ("firstObjectToSecondObject", "secondObjectToFirstObject")
    ]


@pytest.mark.parametrize("payload", ["UnprocessablePayload", "ErrorPayload"])
def test_the_payload_of_an_error_matches_every_witness(contract: Contract, payload: str) -> None:
    paths = [
        path
        for path in WITNESSES.glob("[!ov]*.yaml")  # of this API
        if any("body" in each for each in parse(path.read_bytes(), "").get("exchanges", ()))
    ]
    mismatches = Checker(contract.document).check(read(paths, contract.document))
    place = f"/components/schemas/{payload}"
    assert [each.key for each in mismatches if each.node.pointer.startswith(place)] == []


def test_a_proposed_correction_names_its_witness(contract: Contract) -> None:
    review = compare_observed(contract, [WITNESSES / "a03-already-exists.yaml"])
    evidence = "a03-already-exists: 1 of 1 times in POST /associations/relations under 2021-07-28"
    assert [each["x-evidence"] for each in review.proposals] == [evidence]


def test_witnesses_are_the_origin_if_alone(contract: Contract, tmp_path: Path) -> None:
    names = ("e09-relations-listed", "e01-association-created")
    paths = [WITNESSES / f"{name}.yaml" for name in names]
    assert read(paths, contract.document).origin == ", ".join(names)
    recorded = record([(GET, 200, ONE)], tmp_path / "a.jsonl")
    assert read([*paths, recorded], contract.document).origin.startswith("observed on the wire ")
