"""Faults that change the sandbox's responses, and predicates that select requests."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from facade.testing import Fault, Received, Response, Sandbox
from facade.testing.faults import alter
from facade.testing.messages import Json, error_body, json_response


def change_each(mark: str, change: Callable[[Json], object]) -> Fault:
    """Change every object that has the field `mark`, anywhere in a response."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(item) for item in cast("Sequence[Any]", value)]
        if not isinstance(value, dict):
            return value
        body = {name: changed(item) for name, item in cast("Json", value).items()}
        if mark in body:
            change(body)
        return body

    return alter(changed)


def renamed(old: str, new: str) -> Fault:
    return change_each(old, lambda body: body.update({new: body.pop(old)}))


def added(mark: str, **fields: Any) -> Fault:
    return change_each(mark, lambda body: body.update(fields))


def change_success(change: Callable[[Response], Response]) -> Fault:
    """Change successes; errors stay as they are."""
    return Fault(
        afterwards=lambda response: response if response.status >= 400 else change(response)
    )


def respond(status: int, body: Json) -> Fault:
    return Fault(instead=lambda: json_response(status, {**body, "traceId": "t"}))


def refuse(status: int, message: str) -> Fault:
    return respond(status, error_body(status, message))


def in_pages(size: int | None) -> Callable[[Sandbox], Fault]:
    """List associations in pages of this size, whatever limit is requested."""

    def page(sandbox: Sandbox) -> Response:
        found = sandbox.associations()
        return json_response(
            200, {"associations": found[:size], "total": len(found), "traceId": "t"}
        )

    return lambda sandbox: Fault(instead=lambda: page(sandbox))


def with_notation(*notations: str) -> Callable[[Received], bool]:
    """Select requests with a filter by associations in one of these notations."""

    def selects(received: Received) -> bool:
        if "associationIds[]" in received.query:
            return "brackets" in notations
        values = received.query.get("associationIds", [])
        notation = "commas" if any("," in value for value in values) else "repeated"
        return notation in notations and bool(values)

    return selects


def with_limit_above(maximum: int) -> Callable[[Received], bool]:
    return lambda received: (
        received.operation == "list_associations"
        and int(received.query.get("limit", ["0"])[0]) > maximum
    )
