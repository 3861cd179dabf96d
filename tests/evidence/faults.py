"""Faults that change the sandbox's responses."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from facade.testing import Fault, Response
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
