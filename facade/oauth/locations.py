"""The locations of an agency, and the code of an installation, in HighLevel's responses."""

from collections.abc import Mapping
from typing import Any, cast

from attrs import field, frozen

from facade.errors import ContractError

_IDS = ("_id", "id", "locationId")


@frozen(kw_only=True)
class InstalledLocation:
    """A location of an agency for which the app is installed; `extra` has HighLevel's other fields.

    Its `id` is for `OAuth.add_location`.
    """

    id: str
    name: str = ""
    is_installed: bool = True
    extra: Mapping[str, Any] = field(factory=dict[str, Any], hash=False)


def parse_locations(body: object, path: str) -> list[InstalledLocation]:
    """Parse a page of locations; raise ContractError if it is none."""
    locations = _fields(body).get("locations")
    if not isinstance(locations, list):
        raise _contract_error("GET", path, "no list of locations")
    return [_location(_fields(one), path) for one in cast("list[object]", locations)]


def _location(fields: dict[str, Any], path: str) -> InstalledLocation:
    ids = [fields.pop(name) for name in _IDS if isinstance(fields.get(name), str)]
    if not ids or not ids[0]:
        raise _contract_error("GET", path, "a location without an id")
    name, is_installed = fields.pop("name", None), fields.pop("isInstalled", None)
    return InstalledLocation(
        id=ids[0],
        name=name if isinstance(name, str) else "",
        is_installed=is_installed is not False,
        extra=fields,
    )


def parse_code(body: object, path: str) -> str:
    """Return the authorization code of a body; raise ContractError, without the body, if none."""
    fields = _fields(body)
    names = ", ".join(fields) or "no fields"
    code = fields.get("authorizationCode", fields.get("authorization_code"))
    del body, fields  # a secret, which a traceback with local variables would print
    if not isinstance(code, str) or not code:
        raise _contract_error("POST", path, f"no authorization code, but {names}")
    return code


def _fields(body: object) -> dict[str, Any]:
    return dict(cast("dict[str, Any]", body)) if isinstance(body, dict) else {}


def _contract_error(method: str, path: str, problem: str) -> ContractError:
    message = f"{method} {path} returned {problem}"
    return ContractError(message, method=method, path=path, status_code=200)
