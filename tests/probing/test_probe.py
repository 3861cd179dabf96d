"""The probe finds every deviation of the API from the contract; `pytest -rP` prints the table."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from facade.testing import Sandbox
from scripts.contract import overlay
from scripts.contract.diff.load import Contract
from scripts.contract.diff.review import Review
from scripts.contract.observed.review import compare_observed
from scripts.contract.openapi.documents import dump
from scripts.probing.client import Target
from scripts.probing.probe import ProbeOptions, plan, probe
from tests.probing.deviations import DEVIATIONS, deviating_sandbox

CONTRACT = json.loads((Path(__file__).parents[2] / "openapi" / "associations.json").read_text())

# Each deviation and its findings: a fact with the observed answer, or a rule with its subject.
EXPECTED: dict[str, list[str]] = {
    "update-flat": ["update-body: flat"],
    "get-enveloped": ["get-body: enveloped"],
    "object-key-array": ["object-key-body: array"],
    "object-key-single": ["object-key-body: single"],
    "deleted-relation-id": ["deleted-relation-id: always"],
    "missing-key-404": ["missing-key: 404"],
    "missing-id-400": ["missing-id: 400 / 404"],
    "no-total": ["total: never"],
    "no-primary": ["primary: never"],
    "no-relation-id": ["relation-id: never"],
    "no-trace-id": ["trace-id: never"],
    "no-error-name": ["error-name: never"],
    "refused-yet-made": ["refused-yet-made: always", "trace-id: sometimes"],
    "association-key-always": ["association-key: always", "versions: none"],
    "association-key-never": ["association-key: never", "versions: none"],
    "cardinalities": ["cardinalities: always"],
    "v3-renames": [
        "property-added-optional: AssociationPayload.firstLabel",
        "versions: associations.another field, associations.firstObjectLabel, "
        "relations.associationKey",
    ],
    "ids-repeated-only": ["association-ids: repeated"],
    "ids-commas-only": ["association-ids: commas"],
    "paging-required": ["default-limit: none", "paging: required"],
    "default-limit": ["default-limit: 1"],
    "limit-refused": ["largest-limit: up to 100, not 200"],
    "limit-cut": ["largest-limit: cut to 1"],
    "no-slash": ["trailing-slash: answered"],
    "list-bare": ["alternative-added: AssociationListPayload"],
    "list-renamed": [
        "object-key-body: neither",
        "property-added-optional: AssociationListPayload.items",
        "property-became-optional: AssociationListPayload.associations",
    ],
    "relations-bare": ["alternative-added: RelationListPayload"],
    "relations-renamed": [
        "property-added-optional: RelationListPayload.data",
        "property-became-optional: RelationListPayload.relations",
    ],
    "update-renamed": [
        "property-added-optional: AssociationEnvelope.data",
        "property-became-optional: AssociationEnvelope.association",
        "update-body: neither",
    ],
    "create-enveloped": ["alternative-added: AssociationPayload", "trace-id: sometimes"],
    "create-relation-enveloped": [
        "property-added-optional: RelationPayload.relation",
        "trace-id: sometimes",
    ],
    "delete-relation-published": [
        "alternative-added: DeletedPayload",
        "deleted-relation-id: always",
    ],
    "delete-204": ["success-response-added: response"],
    "create-200": ["success-response-added: response"],
    "id-number": ["alternative-added: AssociationPayload.id"],
    "id-missing": ["property-became-optional: AssociationPayload.id"],
    "location-number": [
        "type-changed: AssociationPayload.locationId",
        "type-changed: RelationPayload.locationId",
    ],
    "label-object": ["alternative-added: AssociationPayload.firstObjectLabel"],
    "label-null": ["became-nullable: AssociationPayload.secondObjectLabel"],
    "type-new": ["values-of-associationType: PARTNER_DEFINED, SYSTEM_DEFINED, USER_DEFINED"],
    "total-text": [
        "type-changed: AssociationListPayload.total",
        "type-changed: RelationListPayload.total",
    ],
    "primary-text": ["type-changed: RelationPayload.primary"],
    "deleted-text": ["type-changed: DeletedPayload.deleted"],
    "association-new-field": ["property-added-optional: AssociationPayload.syncState"],
    "relation-new-field": ["property-added-optional: RelationPayload.createdBy"],
    "list-new-field": [
        "property-added-optional: AssociationListPayload.pages",
        "property-added-optional: RelationListPayload.pages",
    ],
    "error-new-field": ["property-added-optional: ErrorPayload.errorCode"],
    "error-list": ["alternative-added: ErrorPayload.message"],
    "error-status-text": ["type-changed: ErrorPayload.statusCode"],
}


def target(sandbox: Sandbox) -> Target:
    return Target(sandbox.token, sandbox.location_id, "https://api.example", sandbox.transport())


def probed(sandbox: Sandbox, contract: Any, folder: Path) -> Review:
    """Probe a sandbox, except for the rate limit, and compare the result with a contract."""
    options = ProbeOptions(write=True, journal=folder / "journal.jsonl")
    found = probe(target(sandbox), options, contract)
    assert found.remaining == []
    assert not options.journal.exists()
    assert len(sandbox.associations()) == 2  # the system associations
    assert sandbox.relations() == []
    found.save(folder / "observed.jsonl")
    named = Contract("contract", contract, {"": dump(contract)})
    return compare_observed(named, [folder / "observed.jsonl"])


def findings(review: Review) -> list[str]:
    found = []
    for finding in (each.finding for each in review.findings):
        fact = finding.pointer.split("/")[2] if finding.pointer.startswith("/x-wire") else ""
        subject = finding.message.split(" ")[0]
        found.append(f"{fact}: {finding.after}" if fact else f"{finding.rule}: {subject}")
    return sorted(found)


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        (
            ProbeOptions(),
            ["read associations and relations under Version 2021-07-28, v3: about 30 requests"],
        ),
        (
            ProbeOptions(write=True, exhaust=True, versions=("v4",)),
            [
                "read associations and relations under Version v4: about 20 requests",
                "create, update and delete three associations named probe_delete_me_...",
                "send up to 150 requests at once until one is refused",
            ],
        ),
    ],
)
def test_the_plan_lists_the_requests(options: ProbeOptions, steps: list[str]) -> None:
    planned = plan(options)
    assert len(planned) == len(steps)
    assert all(map(str.startswith, planned, steps))


def test_an_answer_is_saved_with_its_day_and_its_number_of_replies(tmp_path: Path) -> None:
    options = ProbeOptions(journal=tmp_path / "journal.jsonl")
    day = date(2026, 11, 24)
    found = probe(target(Sandbox()), options, CONTRACT, lambda: day)
    answers = {line["fact"]: line for line in found.lines if "fact" in line}
    assert answers["missing-id"] == {
        "fact": "missing-id",
        "asks": "What is answered where there is no such id?",
        "answer": "404",
        "n": 2,  # under each Version
        "first": "2026-11-24",
        "last": "2026-11-24",
    }
    assert "update-body" not in answers  # nothing was updated
    days = {(line["first"], line["last"]) for line in found.lines}
    assert days == {("2026-11-24", "2026-11-24")}


def test_a_sandbox_that_conforms_has_no_findings(tmp_path: Path) -> None:
    review = probed(Sandbox(), CONTRACT, tmp_path)
    assert (review.findings, review.proposals, review.problems) == ((), (), ())


def test_every_deviation_is_in_the_table() -> None:
    assert EXPECTED.keys() == DEVIATIONS.keys()


@pytest.mark.parametrize("deviation", EXPECTED)
def test_a_deviation_is_found_and_the_proposed_overlay_action_resolves_it(
    deviation: str, tmp_path: Path
) -> None:
    review = probed(deviating_sandbox(deviation), CONTRACT, tmp_path)
    row = (
        f"{deviation:26} {DEVIATIONS[deviation].description}\n{'':26} {'; '.join(findings(review))}"
    )
    print(row)  # noqa: T201 - the table
    assert findings(review) == EXPECTED[deviation]
    actions = overlay.read_actions(overlay.overlay_of(review.proposals))
    overlay.require_reasons(actions)
    again = probed(deviating_sandbox(deviation), overlay.apply(CONTRACT, actions), tmp_path)
    assert (again.findings, again.proposals) == ((), ())
