"""The operation of a request, and its arguments, validated as HighLevel validates them."""

import re
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote

from facade._core.operations import OPERATIONS, Operation
from facade.observe.schemas import FIELDS, REQUIRED
from facade.testing.accounts import AccessToken, Accounts
from facade.testing.location import Location
from facade.testing.messages import Json, Ours, Refusal, Request, as_object
from facade.testing.variants import Variants

# More digits are not plausible, and Python refuses to parse thousands of them. HighLevel's Python
# SDK sends 0.0 and 100.0, because the published type is number.
_INTEGER = re.compile(r"(-?[0-9]{1,15})(?:\.0+)?")
_ROUTES = [
    (operation, re.compile(re.sub(r"\{\w+\}", "([^/]+)", operation.path)))
    for operation in OPERATIONS.values()
]
_DEFAULT_LIMIT = 100  # items of a page without a limit parameter


def match(method: str, path: str) -> tuple[Operation, str] | None:
    """Return the operation of a request and its path parameter, '' for none.

    The path is matched before it is decoded, so that an encoded slash does not split a segment.
    `/associations` is not an operation: HighLevel publishes the path only with a trailing slash.
    """
    for operation, pattern in _ROUTES:
        found = pattern.fullmatch(path)
        if found and operation.method == method:
            return operation, "".join(map(unquote, found.groups()))
    return None


@dataclass(frozen=True, slots=True)
class AuthorizedRequest:
    """A request that its token authorizes; `argument` is the path parameter.

    Methods raise Refusal for arguments that HighLevel refuses.
    """

    request: Request
    accounts: Accounts
    token: AccessToken
    argument: str

    @property
    def version(self) -> str:
        return self.request.headers["version"]

    def location_in_query(self) -> Location:
        return self._location(self.query_text("locationId"))

    def location_in_body(self) -> Location:
        location_id = self._object().get("locationId")
        if location_id and not isinstance(location_id, str):
            raise Refusal(422, [Ours.NOT_TEXT.format("locationId")])
        return self._location(location_id)

    def location_of_association(self) -> Location:
        """Return the location of the association in the path."""
        return self.accounts.location_of_association(self.token, self.argument)

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
        known = (*FIELDS[schema], *optional)
        problems = [f"property {name} should not exist" for name in body if name not in known]
        for name in REQUIRED[schema]:
            if body.get(name) in (None, ""):
                problems.append(Ours.EMPTY.format(name))
            if not isinstance(body.get(name), str):
                problems.append(Ours.NOT_TEXT.format(name))
        if problems:
            raise Refusal(422, problems)
        return body

    def page(self, variants: Variants) -> slice:
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
        problems = [
            f"property {name} should not exist" for name in names if name in self.request.query
        ]
        if problems:
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

    def _location(self, location_id: str | None) -> Location:
        if not location_id:
            raise Refusal(400, "LocationId is not specified")
        return self.accounts.location(self.token, location_id)

    def _object(self) -> Json:
        body = self.request.json
        if body is None:
            return {}
        fields = as_object(body)
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
