"""Possible deviations of the real API from the contract, each as a sandbox.

test_answers.py has the answers that differ by a reply alone, test_propose.py the mismatches of
schemas.
"""

import json
from collections.abc import Callable
from typing import Any

from facade.testing import Fault, Received, Sandbox, Selection
from facade.testing.faults import alter, fail, false_422


class Deviation:
    """Options of the sandbox, or a fault of selected requests, and what the probe finds then.

    A finding is a fact with the observed answer, or a rule with its subject.
    """

    def __init__(
        self,
        *findings: str,
        fault: Fault | None = None,
        on: Selection | None = None,
        **options: Any,
    ) -> None:
        self.findings = sorted(findings)
        self._options = options
        self._fault = fault
        self._on = on

    def sandbox(self, **options: Any) -> Sandbox:
        sandbox = Sandbox(**{**options, **self._options})
        if self._fault is not None:
            sandbox.misbehave(self._fault, on=self._on)
        return sandbox


def _is_missing(received: Received) -> bool:
    return received.path.endswith("0" * 24) and "relations" not in received.path


def _each_object(change: Callable[[dict[str, Any]], object]) -> Fault:
    return alter(lambda body: json.loads(json.dumps(body), object_hook=change))


def _with_label_object(body: dict[str, Any]) -> dict[str, Any]:
    name = "firstObjectLabel"
    return {**body, name: {"text": "x"}} if name in body else body


def _renamed(body: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("firstObjectLabel", "firstLabel"): body[name] for name in body}


DEVIATIONS: dict[str, Deviation] = {
    "update-flat": Deviation("update-body: flat", update_body="flat"),
    "missing-id-400": Deviation(
        "missing-id: 400 Association not found / 404 Association not found",
        "trace-id: sometimes",
        fault=fail(400, message="Association not found"),
        on=_is_missing,
    ),
    "refusal-reworded": Deviation(
        "duplicate-relation: 409 These two are related, it's settled",
        "error-response-added: response",
        answers={"relation_exists": (409, "These two are related, it's settled")},
    ),
    "refused-yet-made": Deviation(
        "duplicate-key: 422 The request could not be processed.",
        "refused-yet-made: always",
        "trace-id: sometimes",
        fault=false_422(),
        on="create_association",
    ),
    "v3-renames": Deviation(
        "property-added-optional: AssociationPayload.firstLabel",
        "versions: associations.another field, associations.firstObjectLabel, "
        "relations.associationKey",
        fault=_each_object(_renamed),
        on=lambda received: received.version == "v3",
    ),
    "paging-required": Deviation("default-limit: none", "paging: required", paging="required"),
    "label-object": Deviation(
        "alternative-added: AssociationPayload.firstObjectLabel",
        fault=_each_object(_with_label_object),
    ),
}
