"""Ways in which the wire may be otherwise than believed: a sandbox that tells one of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from facade.testing.faults import Fault, Selection, alter, odd_422
from facade.testing.messages import Json, Received, Response, error_body, json_response
from facade.testing.sandbox import Sandbox

Change = Callable[[Json], object]


@dataclass(frozen=True)
class Lie:
    """One deviation: options of the sandbox, or what is done to the answers of some requests."""

    says: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    make: Callable[[Sandbox], Fault] | None = None
    on: Selection | None = None


def liar(name: str, **options: Any) -> Sandbox:
    """Make a sandbox that tells one lie, by its name in LIES; `options` are the sandbox's."""
    lie = LIES[name]
    sandbox = Sandbox(**{**options, **lie.options})
    if lie.make is not None:
        sandbox.misbehave(lie.make(sandbox), on=lie.on)
    return sandbox


def _each(mark: str, change: Change) -> Callable[[Sandbox], Fault]:
    """Change every object that has a field, wherever in an answer it stands."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(item) for item in cast("Sequence[Any]", value)]
        if not isinstance(value, dict):
            return value
        held = {name: changed(item) for name, item in cast("Json", value).items()}
        if mark in held:
            change(held)
        return held

    return lambda sandbox: alter(changed)


def _renamed(old: str, new: str) -> Callable[[Sandbox], Fault]:
    return _each(old, lambda body: body.update({new: body.pop(old)}))


def _gone(name: str) -> Callable[[Sandbox], Fault]:
    return _each(name, lambda body: body.pop(name))


def _is(name: str, value: Any) -> Callable[[Sandbox], Fault]:
    return _each(name, lambda body: body.update({name: value}))


def _more(mark: str, **fields: Any) -> Callable[[Sandbox], Fault]:
    return _each(mark, lambda body: body.update(fields))


def _taken_out(name: str) -> Callable[[Sandbox], Fault]:
    return lambda sandbox: alter(lambda body: body.get(name, body))


def _answered(status: int, body: Any = None) -> Callable[[Sandbox], Fault]:
    """Give successes another status, and perhaps another body."""

    def other(answer: Response) -> Response:
        if answer.status >= 400:
            return answer
        return (
            Response(status, answer.body, answer.headers)
            if body is None
            else (Response(status, b"", {}) if body == "" else json_response(status, body))
        )

    return lambda sandbox: Fault(afterwards=other)


def _refused(status: int, message: str) -> Callable[[Sandbox], Fault]:
    return lambda sandbox: Fault(
        instead=lambda: json_response(status, {**error_body(status, message), "traceId": "t"})
    )


def _page(most: int | None) -> Callable[[Sandbox], Fault]:
    """Answer a page of associations of a size of the server's own."""

    def answer(sandbox: Sandbox) -> Response:
        everything = sandbox.associations()
        page = {"associations": everything[:most], "total": len(everything), "traceId": "t"}
        return json_response(200, page)

    return lambda sandbox: Fault(instead=lambda: answer(sandbox))


def _empty(sandbox: Sandbox) -> Fault:
    return Fault(instead=lambda: json_response(200, {"relations": [], "total": 0, "traceId": "t"}))


def _wrapped(name: str) -> Callable[[Sandbox], Fault]:
    def wrapped(answer: Response) -> Response:
        body = json.loads(answer.body)
        return json_response(answer.status, {name: body} if answer.status < 400 else body)

    return lambda sandbox: Fault(afterwards=wrapped)


def _filters(*forms: str) -> Callable[[Received], bool]:
    """Select requests that filter by associations in one of some forms."""

    def selects(received: Received) -> bool:
        given = received.query.get("associationIds", [])
        form = "commas" if any("," in value for value in given) else "repeated"
        form = "brackets" if "associationIds[]" in received.query else form
        return form in forms and (bool(given) or form == "brackets")

    return selects


def _limit_above(most: int) -> Callable[[Received], bool]:
    return lambda received: (
        received.operation == "list_associations"
        and int(received.query.get("limit", ["0"])[0]) > most
    )


_CARDINALITIES = {
    "firstObjectToSecondObjectCardinality": "ONE_TO_MANY",
    "secondObjectToFirstObjectCardinality": "MANY_TO_ONE",
}
_LISTS = ("list_associations", "list_relations", "list_associations_by_object_key")

LIES: dict[str, Lie] = {
    # What the published document, one client or one report says, and others do not.
    "update-flat": Lie("an update answers without an envelope", {"update_body": "flat"}),
    "get-enveloped": Lie("a read answers in an envelope", {"association_body": "enveloped"}),
    "object-key-array": Lie("listing by object is bare", {"object_key_body": "array"}),
    "object-key-single": Lie("listing by object is one", {"object_key_body": "single"}),
    "deleted-relation-id": Lie("a deletion names the relation", {"deleted_relation_id": True}),
    "missing-key-404": Lie("a missing key is a 404", {"missing_key_status": 404}),
    "missing-id-400": Lie(
        "a missing id is a 400",
        make=_refused(400, "Association not found"),
        on=lambda received: received.path.endswith("0" * 24) and "relations" not in received.path,
    ),
    "no-total": Lie("lists have no total", make=_gone("total"), on=_LISTS),
    "no-primary": Lie("relations have no primary", make=_gone("primary")),
    "no-relation-id": Lie(
        "relations have no id", make=_each("firstRecordId", lambda r: r.pop("id"))
    ),
    "no-trace-id": Lie("answers have no traceId", make=_gone("traceId")),
    "no-error-name": Lie("errors have no error", make=_gone("error")),
    "refused-yet-made": Lie(
        "creating answers 422 and is done all the same",
        make=lambda sandbox: odd_422(),
        on="create_association",
    ),
    "association-key-always": Lie(
        "relations have associationKey under both Versions",
        make=_more("firstRecordId", associationKey="k"),
    ),
    "association-key-never": Lie("no relation has associationKey", make=_gone("associationKey")),
    "cardinalities": Lie("associations have cardinalities", make=_more("key", **_CARDINALITIES)),
    "v3-renames": Lie(
        "v3 calls a label otherwise",
        make=_renamed("firstObjectLabel", "firstLabel"),
        on=lambda received: received.version == "v3",
    ),
    "ids-repeated-only": Lie(
        "several associationIds are only understood when repeated",
        make=_empty,
        on=_filters("commas", "brackets"),
    ),
    "ids-commas-only": Lie(
        "several associationIds are only understood with commas",
        make=_empty,
        on=_filters("repeated", "brackets"),
    ),
    "paging-optional": Lie(
        "skip and limit need not be sent",
        make=_page(1),
        on=lambda received: (
            received.operation == "list_associations" and "limit" not in received.query
        ),
    ),
    "limit-refused": Lie(
        "a limit above 100 is refused",
        make=_refused(422, "limit must not be greater than 100"),
        on=_limit_above(100),
    ),
    "limit-cut": Lie("a limit above 100 is cut", make=_page(1), on=_limit_above(100)),
    "no-slash": Lie(
        "a list is answered without its slash",
        make=_page(None),
        on=lambda received: received.method == "GET" and received.path == "/associations",
    ),
    # Bodies of another shape.
    "list-bare": Lie("lists are bare", make=_taken_out("associations"), on="list_associations"),
    "list-renamed": Lie("a list is called items", make=_renamed("associations", "items")),
    "relations-bare": Lie("relations are bare", make=_taken_out("relations"), on="list_relations"),
    "relations-renamed": Lie("relations are called data", make=_renamed("relations", "data")),
    "update-renamed": Lie("the envelope is called data", make=_renamed("association", "data")),
    "create-enveloped": Lie(
        "creating answers in an envelope", make=_wrapped("association"), on="create_association"
    ),
    "create-relation-enveloped": Lie(
        "relating answers in an envelope", make=_wrapped("relation"), on="create_relation"
    ),
    "delete-relation-published": Lie(
        "deleting a relation answers an association, as published",
        make=_answered(
            200,
            {
                "id": "x",
                "locationId": "x",
                "key": "x",
                "firstObjectKey": "contact",
                "firstObjectLabel": "x",
                "secondObjectKey": "contact",
                "secondObjectLabel": "y",
                "associationType": "USER_DEFINED",
                "traceId": "t",
            },
        ),
        on="delete_relation",
    ),
    "delete-204": Lie("a deletion is a 204", make=_answered(204, ""), on="delete_association"),
    "create-200": Lie("creating is a 200", make=_answered(200), on="create_association"),
    # Types, new fields, missing fields.
    "id-number": Lie("an id is a number", make=_is("id", 7), on="get_association"),
    "id-missing": Lie("an id is missing", make=_gone("id"), on="get_association_by_key"),
    "location-number": Lie("a location is a number", make=_is("locationId", 7)),
    "label-object": Lie("a label is an object", make=_is("firstObjectLabel", {"text": "x"})),
    "label-null": Lie("a label is null", make=_is("secondObjectLabel", None)),
    "type-new": Lie(
        "an association is of a new type", make=_is("associationType", "PARTNER_DEFINED")
    ),
    "total-text": Lie("a total is text", make=_is("total", "2")),
    "primary-text": Lie("primary is text", make=_is("primary", "no")),
    "deleted-text": Lie("deleted is text", make=_is("deleted", "yes")),
    "association-new-field": Lie(
        "associations have a new field", make=_more("firstObjectLabel", syncState=1)
    ),
    "relation-new-field": Lie(
        "relations have a new field", make=_more("firstRecordId", createdBy={"name": "x"})
    ),
    "list-new-field": Lie("lists have a new field", make=_more("total", pages=1)),
    "error-new-field": Lie("errors have a new field", make=_more("statusCode", errorCode="x")),
    "error-list": Lie(
        "every error lists its messages", make=_is("message", ["x"]), on="get_association_by_key"
    ),
    "error-status-text": Lie("statusCode is text", make=_is("statusCode", "404")),
}
