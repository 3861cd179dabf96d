"""Variants of responses, where recordings, documents and clients of HighLevel's API differ."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Literal, TypedDict, get_args

from facade._core.numbers import seconds
from facade._core.operations import OPERATIONS
from facade.testing.messages import REFUSALS

Answer = tuple[int, Any]
"""A status and a body: the message of a refusal, '' for an empty body, or JSON."""


class Variants(TypedDict, total=False):
    """The options of a Sandbox for variants of responses.

    The first value of an option is its default, the one with the strongest evidence.
    """

    update_body: Literal["enveloped", "flat"]
    """The response to the update of an association."""
    association_body: Literal["flat", "enveloped"]
    """The response with one association."""
    object_key_body: Literal["list", "array", "single"]
    """The response to a list by object key."""
    relation_list_body: Literal["list", "by_record"]
    """`by_record`: v3's short form of a list of relations."""
    deleted_relation_id: Literal[False, True]
    """Whether the response to a deletion has the relation id."""
    created_relation_id: Literal[True, False]
    """Whether the response to a creation has the relation id."""
    listed_relation_id: Literal[True, False]
    """Whether a list has the ids of the relations."""
    total: Literal["always", "never", "zero", "wrong"]
    """The total of a list; `wrong`: half of it."""
    paging: Literal["optional", "required"]
    """Whether a list without skip and limit is refused."""
    mixed_lists: Literal["complete", "incomplete"]
    """`incomplete`: without a filter, only the relations of one association."""
    association_filter: Literal["applied", "ignored"]
    """Whether a list of relations is filtered."""
    sides: Literal["kept", "swapped"]
    """`swapped`: the sides of associations of custom objects are swapped."""
    listed_sides: Literal["kept", "reversed", "mixed"]
    """Which relations are listed with swapped sides."""
    listed_for: Literal["both", "first", "second"]
    """The records whose lists have a relation."""
    list_lag: float
    """How long a new relation is not listed, in seconds; 0 by default."""
    key_lookup: Literal["exact", "any_case"]
    """Whether a look-up by key ignores case."""
    error_body: Literal["flat", "nested"]
    """`nested`: errors under v3 as `{"error": {"code", "message", ...}}`."""
    answers: Mapping[str, Answer]
    """Responses that replace a refusal, or the success of the operation with this id as key.

    An unknown key is an error that lists all.
    """


_OPEN = {"list_lag": 0.0, "answers": dict[str, Answer]()}  # options with any value of a type
_CHOICES = {
    name: get_args(values) for name, values in Variants.__annotations__.items() if name not in _OPEN
}


def chosen(options: Variants) -> SimpleNamespace:
    """Return the values of all options.

    Raises TypeError for an unknown option, ValueError for an invalid value.
    """
    known = [*REFUSALS, *OPERATIONS]
    for name in options.get("answers", {}):
        if name not in known:
            names = ", ".join(known)
            raise ValueError(f"{name}: not a name of a response; the names are {names}.")
    for name, value in options.items():
        if name not in Variants.__annotations__:
            names = ", ".join(Variants.__annotations__)
            raise TypeError(f"{name}: not an option of Sandbox; those for variants are {names}.")
        if name == "list_lag":
            seconds(name, value)
        choices = _CHOICES.get(name)
        if choices and not any(value == one and type(value) is type(one) for one in choices):
            raise ValueError(f"{name} must be one of {choices}, not {value!r}.")
    defaults = {name: choices[0] for name, choices in _CHOICES.items()}
    return SimpleNamespace(**{**_OPEN, **defaults, **options})
