"""Variants of responses, where recordings, documents and clients of HighLevel's API differ."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypedDict, cast, get_args

from facade._core.numbers import count, seconds
from facade._core.operations import OPERATIONS

Answer = tuple[int, Any]
"""A status and a body: the message of a refusal, '' for an empty body, or JSON."""

REFUSALS = frozenset(
    """duplicate_key duplicate_labels equal_labels invalid_record no_such_association no_such_key
    no_such_object no_such_relation relation_exists relation_limit""".split()
)
"""The refusals that `answers` can replace; its other keys are operation ids."""


class VariantOptions(TypedDict, total=False):
    """The options of a Sandbox for variants of responses; Variants has their defaults."""

    update_body: Literal["enveloped", "flat"]
    association_body: Literal["flat", "enveloped"]
    object_key_body: Literal["list", "array", "single"]
    relation_list_body: Literal["list", "by_record"]
    deleted_relation_id: bool
    created_relation_id: bool
    listed_relation_id: bool
    total: Literal["always", "never", "zero", "wrong"]
    paging: Literal["optional", "required"]
    mixed_lists: Literal["complete", "incomplete"]
    association_filter: Literal["applied", "ignored"]
    sides: Literal["kept", "swapped"]
    listed_sides: Literal["kept", "reversed", "mixed"]
    listed_for: Literal["both", "first", "second"]
    list_lag: float
    key_lookup: Literal["exact", "any_case"]
    error_body: Literal["flat", "nested"]
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """The chosen variants of responses; each default is the one with the strongest evidence.

    facade.testing describes each option. Raises ValueError for an invalid value.
    """

    update_body: Literal["enveloped", "flat"] = "enveloped"
    association_body: Literal["flat", "enveloped"] = "flat"
    object_key_body: Literal["list", "array", "single"] = "list"
    relation_list_body: Literal["list", "by_record"] = "list"
    deleted_relation_id: bool = False
    created_relation_id: bool = True
    listed_relation_id: bool = True
    total: Literal["always", "never", "zero", "wrong"] = "always"
    paging: Literal["optional", "required"] = "optional"
    mixed_lists: Literal["complete", "incomplete"] = "complete"
    association_filter: Literal["applied", "ignored"] = "applied"
    sides: Literal["kept", "swapped"] = "kept"
    listed_sides: Literal["kept", "reversed", "mixed"] = "kept"
    listed_for: Literal["both", "first", "second"] = "both"
    list_lag: float = 0.0
    key_lookup: Literal["exact", "any_case"] = "exact"
    error_body: Literal["flat", "nested"] = "flat"
    answers: Mapping[str, Answer] = field(default_factory=dict[str, Answer])

    def __post_init__(self) -> None:
        for each in fields(self):
            value, choices = getattr(self, each.name), get_args(each.type)
            if each.name == "answers":
                _check_answers(value)
            elif each.name == "list_lag":
                seconds(each.name, value)
            elif not (value in choices if choices else isinstance(value, bool)):
                given = f"one of {choices}" if choices else "True or False"
                raise ValueError(f"{each.name} must be {given}, not {value!r}.")


def chosen(options: VariantOptions) -> Variants:
    """Return the Variants of options; raise TypeError for an unknown option."""
    names = [each.name for each in fields(Variants)]
    unknown = sorted(options.keys() - set(names))
    if unknown:
        raise TypeError(
            f"{', '.join(unknown)}: not an option of Sandbox; "
            f"the options for variants are {', '.join(names)}."
        )
    return Variants(**options)


def _check_answers(answers: Any) -> None:
    if not isinstance(answers, Mapping):
        raise ValueError(f"answers must be a mapping of names to (status, body), not {answers!r}.")
    known = REFUSALS | OPERATIONS.keys()
    for name, answer in cast("Mapping[str, Any]", answers).items():
        if name not in known:
            names = ", ".join(sorted(known))
            raise ValueError(f"{name}: not a name of a response; the names are {names}.")
        try:
            status, body = answer
            json.dumps(body)
            count(name, status, 200, 599)
        except (TypeError, ValueError):
            what = "a status and a body, such as (409, 'exists')"
            raise ValueError(f"{name} must be {what}, not {answer!r}.") from None
        if status == 204 and body not in ("", None):
            raise ValueError(f"{name} has status 204, which has no body: pass ''.")
