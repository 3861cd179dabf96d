"""One admitted call: what it names, checked as far as the wire checks it."""

import re
from dataclasses import dataclass

from facade.testing.accounts import Accounts, Grant
from facade.testing.state import Location
from facade.testing.wire import Json, Refusal, Request, as_object

# Longer numbers than these are nobody's page, and Python refuses to read some of them.
_INTEGER = re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Call:
    """Hold a call of a known operation by a known token; `argument` is the path's."""

    request: Request
    accounts: Accounts
    grant: Grant
    argument: str

    @property
    def version(self) -> str:
        return self.request.headers["version"]

    def location_in_query(self) -> Location:
        return self._location(self.query_text("locationId"))

    def location_in_body(self) -> Location:
        location_id = self._object().get("locationId")
        if location_id and not isinstance(location_id, str):
            raise Refusal(422, ["locationId must be a string"])
        return self._location(location_id)

    def holder(self) -> Location:
        """Give the location that holds the association which the path names."""
        return self.accounts.holding(self.grant, self.argument)

    def texts(self, *names: str) -> Json:
        """Read a body of exactly these non-empty strings."""
        body = self._object()
        problems = [f"property {name} should not exist" for name in body if name not in names]
        for name in names:
            if body.get(name) in (None, ""):
                problems.append(f"{name} should not be empty")
            if not isinstance(body.get(name), str):
                problems.append(f"{name} must be a string")
        if problems:
            raise Refusal(422, problems)
        return body

    def page(self) -> slice:
        """Read skip and limit, both required."""
        problems: list[str] = []
        skip = self._integer("skip", 0, problems)
        limit = self._integer("limit", 1, problems)
        if problems:
            raise Refusal(422, problems)
        return slice(skip, skip + limit)

    def query_text(self, name: str) -> str | None:
        values = self.request.query.get(name, [])
        if len(values) > 1:
            raise Refusal(422, [f"{name} must be a string"])
        return values[0] if values else None

    def association_ids(self) -> set[str]:
        """Read the filter in each form that is in use: repeated keys, commas, `[]`."""
        query = self.request.query
        given = query.get("associationIds", []) + query.get("associationIds[]", [])
        return {part for value in given for part in value.split(",") if part}

    def _location(self, location_id: str | None) -> Location:
        if not location_id:
            raise Refusal(400, "LocationId is not specified")
        return self.accounts.location(self.grant, location_id)

    def _object(self) -> Json:
        body = self.request.json
        if body is None:
            return {}
        fields = as_object(body)
        if fields is None:
            raise Refusal(400, "The body is not a JSON object.")
        return fields

    def _integer(self, name: str, least: int, problems: list[str]) -> int:
        text = self.query_text(name)
        if not text:
            problems.append(f"{name} should not be empty")
        elif not _INTEGER.fullmatch(text):
            problems.append(f"{name} must be an integer number")
        elif int(text) < least:
            problems.append(f"{name} must not be less than {least}")
        else:
            return int(text)
        return 0
