"""The arguments of a request, validated as HighLevel validates them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

from facade._core.operations import Operation
from facade.observe.schemas import FIELDS, REQUIRED
from facade.testing.accounts import AccessToken, Accounts
from facade.testing.location import Location
from facade.testing.messages import Json, Ours, Refusal, Request, as_object

# More digits are not plausible, and Python refuses to parse thousands of them. HighLevel's Python
# SDK sends 0.0 and 100.0, because the published type is number.
_INTEGER = re.compile(r"(-?[0-9]{1,15})(?:\.0+)?")
_ASSOCIATION = re.compile(r"/associations/\{[^/]+\}")  # the path of an operation on one
_DEFAULT_LIMIT = 100  # items of a page without a limit parameter


@dataclass(frozen=True, slots=True)
class AuthorizedRequest:
    """A request that its token authorizes; `argument` is the path parameter.

    Members raise Refusal for arguments that HighLevel refuses.
    """

    request: Request
    accounts: Accounts
    token: AccessToken
    operation: Operation
    argument: str

    @property
    def location(self) -> Location:
        """The location of the association in the path, or that of the body, or of the query."""
        if _ASSOCIATION.fullmatch(self.operation.path):
            return self.accounts.location_of_association(self.token, self.argument)
        is_post = self.operation.method == "POST"
        named = self._object().get("locationId") if is_post else self.query_text("locationId")
        if named and not isinstance(named, str):
            raise Refusal(422, [Ours.NOT_TEXT.format("locationId")])
        if not named and self.operation.id == "list_associations_by_object_key":
            return self.accounts.default_location(self.token)
        if not named:
            raise Refusal(400, "LocationId is not specified")
        return self.accounts.location(self.token, named)

    def body(self, schema: str, *, optional: tuple[str, ...] = ()) -> Json:
        """Return the fields of a schema from the body, and the `optional` ones.

        Each required field must be a non-empty string.
        """
        return self._checked(self._object(), schema, optional)

    def pairs_to_add(self) -> list[Json]:
        """Return the relations of a body that creates several."""
        add = self._object().get("add")
        if not isinstance(add, list):
            raise Refusal(422, [Ours.NOT_A_LIST.format("add")])
        location = {"locationId": self._object().get("locationId")}
        given = [as_object(each) or {} for each in cast("list[object]", add)]
        return [self._checked(each | location, "CreateRelationBody", ()) for each in given]

    def _checked(self, body: Json, schema: str, optional: tuple[str, ...]) -> Json:
        problems = _unknown(name for name in body if name not in (*FIELDS[schema], *optional))
        for name in FIELDS[schema]:
            is_required, value = name in REQUIRED[schema], body.get(name)
            is_number = name.endswith("MaxLimit")
            kind, wrong = (int, Ours.NOT_A_NUMBER) if is_number else (str, Ours.NOT_TEXT)
            if is_required and value in (None, ""):
                problems.append(Ours.EMPTY.format(name))
            if (is_required or name in body) and type(value) is not kind:
                problems.append(wrong.format(name))
        if problems:
            raise Refusal(422, problems)
        return body

    def page(self, variants: SimpleNamespace) -> slice:
        """Return the slice of skip and limit, which may be omitted unless `paging` is required."""
        missing = [name for name in ("skip", "limit") if name not in self.request.query]
        if variants.paging == "required" and missing:
            raise Refusal(400, Ours.EMPTY.format(" and ".join(missing)))
        problems: list[str] = []
        skip = self._integer("skip", 0, 0, problems)
        limit = self._integer("limit", 1, _DEFAULT_LIMIT, problems)
        if problems:
            raise Refusal(422, problems)
        return slice(skip, skip + limit)

    def refuse_in_query(self, *names: str) -> None:
        """Refuse these query parameters, as HighLevel does."""
        if problems := _unknown(name for name in names if name in self.request.query):
            raise Refusal(422, problems)

    def query_text(self, name: str) -> str | None:
        values = self.request.query.get(name, [])
        if len(values) > 1:
            raise Refusal(422, [Ours.NOT_TEXT.format(name)])
        return values[0] if values else None

    def association_ids(self) -> set[str]:
        """Return the filter, in each form in use: repeated parameters, commas, `[]`."""
        query = self.request.query
        values = query.get("associationIds", []) + query.get("associationIds[]", [])
        return {part for value in values for part in value.split(",") if part}

    def _object(self) -> Json:
        fields = as_object({} if self.request.json is None else self.request.json)
        if fields is None:
            raise Refusal(400, Ours.NO_OBJECT)
        return fields

    def _integer(self, name: str, minimum: int, default: int, problems: list[str]) -> int:
        text = self.query_text(name)
        if text is None:
            return default
        if not text:
            problems.append(Ours.EMPTY.format(name))
        elif (whole := _INTEGER.fullmatch(text)) is None:
            problems.append(Ours.NOT_A_NUMBER.format(name))
        elif int(whole[1]) < minimum:
            problems.append(Ours.TOO_SMALL.format(name, minimum))
        else:
            return int(whole[1])
        return 0


def _unknown(names: Iterable[str]) -> list[str]:
    return [f"property {name} should not exist" for name in names]
