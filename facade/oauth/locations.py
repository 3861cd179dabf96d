"""The locations of an agency, and the code of an installation, in HighLevel's responses."""

from collections.abc import Mapping
from typing import Any, cast

from attrs import field, frozen

from facade.oauth.grant import Answer

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


def parse_locations(answer: Answer) -> list[InstalledLocation]:
    """Parse a page of locations; raise ContractError if it is none."""
    locations = answer.fields.get("locations")
    if not isinstance(locations, list):
        raise answer.error("no list of locations")
    return [_location(one, answer) for one in cast("list[object]", locations)]


def _location(found: object, answer: Answer) -> InstalledLocation:
    fields = dict(cast("dict[str, Any]", found)) if isinstance(found, dict) else {}
    ids = [fields.pop(name) for name in _IDS if isinstance(fields.get(name), str)]
    if not ids or not ids[0]:
        raise answer.error("a location without an id")
    name, is_installed = fields.pop("name", None), fields.pop("isInstalled", None)
    return InstalledLocation(
        id=ids[0],
        name=name if isinstance(name, str) else "",
        is_installed=is_installed is not False,
        extra=fields,
    )


def parse_code(answer: Answer) -> str:
    """Return the authorization code in an answer; raise ContractError, without it, if none."""
    fields = answer.fields
    code = fields.get("authorizationCode", fields.get("authorization_code"))
    del fields  # a secret, which a traceback with local variables would print
    if not isinstance(code, str) or not code:
        del code
        names = ", ".join(answer.fields) or "no fields"
        raise answer.error(f"no authorization code, but {names}")
    return code
