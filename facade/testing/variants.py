"""Variants of responses, where recordings, documents and clients of HighLevel's API differ."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import inf
from typing import Any, Literal, TypedDict, cast, get_args

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
            if each.name != "answers":
                _check(each.name, get_args(each.type), each.default, getattr(self, each.name))
        if not isinstance(cast(object, self.answers), Mapping):
            raise ValueError(
                f"answers must be a mapping of names to (status, body), not {self.answers!r}."
            )
        known = REFUSALS | OPERATIONS.keys()
        unknown = sorted(self.answers.keys() - known)
        if unknown:
            names = ", ".join(sorted(known))
            raise ValueError(
                f"{', '.join(unknown)}: not a name of a response; the names are {names}."
            )
        for name, answer in self.answers.items():
            _check_answer(name, answer)


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


def _check_answer(name: str, answer: object) -> None:
    try:
        status, body = cast("Answer", answer)
        json.dumps(body)
        is_answer = isinstance(cast(object, status), int) and 200 <= status <= 599
    except (TypeError, ValueError):
        is_answer, status, body = False, 0, None
    if not is_answer:
        raise ValueError(
            f"{name} must be a status and a body, such as (409, 'exists'), not {answer!r}."
        )
    if status == 204 and body not in ("", None):
        raise ValueError(f"{name} has status 204, which has no body: pass ''.")


def _check(name: str, choices: tuple[object, ...], default: object, value: object) -> None:
    if choices and value not in choices:
        raise ValueError(f"{name} must be one of {choices}, not {value!r}.")
    if isinstance(default, bool) and not isinstance(value, bool):
        raise ValueError(f"{name} must be True or False, not {value!r}.")
    is_time = isinstance(value, int | float) and 0 <= value < inf
    if isinstance(default, float) and not is_time:
        raise ValueError(f"{name} must be 0 seconds or more, not {value!r}.")
