"""Calls of all public methods, read from the classes, and a server that makes them send all."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from facade import Association, Associations, AsyncAssociations, AsyncRelations, Relations
from facade._core.methods import METHODS as DECLARED
from facade._core.operations import OPERATIONS

RESOURCES: dict[str, type] = {"associations": Associations, "relations": Relations}
ASYNC_RESOURCES: dict[str, type] = {"associations": AsyncAssociations, "relations": AsyncRelations}
# The arguments of all methods, by parameter: one that is missing here is a KeyError.
ARGUMENTS: dict[str, Any] = {
    "association": Association(
        id="a1", first_object_key="contact", second_object_key="custom_objects.pet"
    ),
    "association_id": "a1",
    "association_ids": ["a1"],
    "first_object_key": "contact",
    "first_object_label": "Owner",
    "first_record_id": "c1",
    "include_internal": True,
    "key": "owner_pet",
    "limit": 20,
    "object_key": "contact",
    "page_size": 20,
    "record_id": "c1",
    "records": {"contact": "c1", "custom_objects.pet": "p1"},
    "relation_id": "r1",
    "second_object_key": "custom_objects.pet",
    "second_object_label": "Pet",
    "second_record_id": "p1",
    "skip": 0,
}


def public_methods(resources: dict[str, type]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the name and the function of each public method, such as `relations.link`."""
    for name, resource in resources.items():
        for method, function in vars(resource).items():
            if not method.startswith("_"):
                yield f"{name}.{method}", function


METHODS = dict(public_methods(ASYNC_RESOURCES))
READS = {
    name for name, entry in DECLARED.items() if {OPERATIONS[one].method for one in entry} == {"GET"}
}


def arguments_of(name: str, *, with_optional: bool = True) -> dict[str, Any]:
    """Return arguments of a method, without the options of the call."""
    return {
        parameter.name: ARGUMENTS[parameter.name]
        for parameter in inspect.signature(METHODS[name]).parameters.values()
        if parameter.name not in ("self", "options")
        and (with_optional or parameter.default is inspect.Parameter.empty)
    }


def call(client: Any, name: str, **arguments: Any) -> Any:
    """Call a method to its end; an iterator becomes a list."""
    resource, _, method = name.partition(".")
    result = getattr(getattr(client, resource), method)(**arguments)
    return list(result) if method == "iterate" else result


_POSTS = {
    "unknown": lambda: httpx.Response(503),
    "created": lambda: httpx.Response(201),
    "duplicate": lambda: httpx.Response(400, json={"message": "already exists"}),
}
OUTCOMES = ("unknown created", "duplicate")


class Server:
    """Makes a method send all that it may, and answers 429 after the first `accepted` requests.

    POSTs have the outcomes of `posts`, the last one for ever. A look-up finds nothing, the response
    to a write has no body, and a list has a page with the `listed` item, by default one that
    nothing looks for, and an empty one.
    """

    def __init__(
        self, posts: str = OUTCOMES[0], accepted: int = 1000, listed: dict[str, str] | None = None
    ) -> None:
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._handle)
        self._posts = posts.split()
        self._accepted = accepted
        self._listed = listed or {"id": "x9", "associationId": "a1"}

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if len(self.requests) > self._accepted:
            return httpx.Response(429)
        if request.method == "POST":
            return _POSTS[self._posts.pop(0) if len(self._posts) > 1 else self._posts[0]]()
        if request.method != "GET":
            return httpx.Response(200)
        if "skip" not in request.url.params:
            return httpx.Response(404)
        items = [self._listed] if request.url.params["skip"] == "0" else []
        return httpx.Response(200, json={"associations": items, "relations": items})


def new_association(client: Any, method: str = "create", **changed: Any) -> Any:
    """Create an association of contacts and pets, or `ensure` it."""
    fields = {
        "key": "owner_pet",
        "first_object_key": "contact",
        "first_object_label": "Owner",
        "second_object_key": "custom_objects.pet",
        "second_object_label": "Pet",
    }
    return getattr(client.associations, method)(**{**fields, **changed})


def new_relation(client: Any) -> Any:
    """Create a relation under any association."""
    return client.relations.create("a1", first_record_id="c1", second_record_id="p1")
