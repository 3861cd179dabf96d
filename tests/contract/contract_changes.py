"""Changes of the contract, and who must change something after each: the facade, apps, or nobody.

Beside tests.contract.changes, which edits published documents: what reaches the contract past the
names and corrections of ours.
"""

# ruff: noqa: E501 - one row a line keeps the table readable

import copy
import json
from typing import Any

from tests.contract.changes import (
    ASSOCIATION,
    BY_KEY,
    CONTRACT,
    CREATE,
    GET,
    LIST,
    PUT,
    RELATE,
    TEXT,
    servers_changed,
)
from tests.contract.editing import Change, Json, both, edit, moved, renamed, status, to, without

RELATIONS = "get /associations/relations/{id}"
CODE, APPS, NOBODY = "the facade", "apps", "nobody"


def renamed_schema(name: str) -> Change:
    def change(document: Json) -> None:
        text = json.dumps(document).replace(f'"{name}"', '"Other"')
        document.update(json.loads(text.replace(f'schemas/{name}"', 'schemas/Other"')))

    return change


def typed(name: str, key: str, **value: Any) -> Change:
    """Change or add a field of a schema, whose example no longer fits."""
    return edit(f"#{name}", properties={key: {**value, "example": None}})


def gone(name: str, key: str) -> Change:
    return edit(f"#{name}", properties={key: None}, required=without(key))


def limited(**keywords: Any) -> Change:
    return edit(LIST, "?limit", schema={**keywords, "example": None})


def secured(**scheme: Any) -> Change:
    """Require another security scheme of an operation, instead of the token."""
    required = edit(GET, security=to([{"other": []}]))
    return both(edit("", "/components/securitySchemes", other=scheme), required)


ASKED: Json = {"name": "search", "in": "query", "schema": TEXT, "required": True}
KEY: Json = {"type": "apiKey", "in": "header", "name": "X-Key"}
FORM = "application/x-www-form-urlencoded"
BODY, PAYLOAD, SENT = "CreateAssociationBody", "AssociationPayload", "CreateRelationBody"
CARDINALITY = "firstObjectToSecondObjectCardinality"

CONTRACT_CHANGES: dict[str, tuple[Change, str]] = {
    # operations
    "an operation gone": (edit("", "/paths", **{ASSOCIATION: {"put": None}}), CODE),
    "an operation in another module": (edit(PUT, tags=to(["links"])), CODE),
    "an operation moved": (moved(ASSOCIATION, "/associations/one/{associationId}"), NOBODY),
    # parameters
    "a filter must be sent": (edit(RELATIONS, "?associationIds", required=True), CODE),
    "skip may be a fraction": (edit(LIST, "?skip", schema={"type": "number", "example": None}), NOBODY),
    "a lower limit": (limited(maximum=100), APPS),
    "a default of what is sent": (limited(default=20), NOBODY),
    "a new parameter that must be sent": (edit(LIST, parameters=[ASKED]), CODE),
    "a key in the path is renamed": (moved(BY_KEY, "/associations/key/{name}", "name"), NOBODY),
    # what is sent
    "a sent field gone": (gone(SENT, "firstRecordId"), CODE),
    "a sent field of listed values": (typed(BODY, "firstObjectKey", enum=["contact", "business"]), CODE),
    "a field that may be sent, must be": (edit(f"#{BODY}", required=[CARDINALITY]), CODE),
    "a new field that must be sent": (both(typed(BODY, "note", **TEXT), edit(f"#{BODY}", required=["note"])), CODE),
    "a closed body": (edit(f"#{BODY}", additionalProperties=False), APPS),
    "a renamed body": (renamed_schema(SENT), CODE),
    "the pairs gone": (gone("CreateRelationsBody", "add"), CODE),
    "a form": (renamed(RELATE, "/requestBody/content", "application/json", FORM), CODE),
    # statuses and what is read
    "201 to 200": (status(CREATE, "201", "200"), NOBODY),
    "200 to 202": (status(PUT, "200", "202"), NOBODY),
    "a reading's 200 to 204": (status(GET, "200", "204", has_body=False), CODE),
    "a renamed answer": (renamed_schema("RelationListPayload"), NOBODY),
    "a read field gone": (gone("RelationListPayload", "relations"), CODE),
    "an attribute gone": (gone("RelationPayload", "firstObjectKey"), CODE),
    "an attribute of listed values": (typed(PAYLOAD, "associationType", enum=["USER_DEFINED", "OTHER"]), NOBODY),
    # security and servers
    "a key instead of the token": (secured(**KEY), CODE),
    "OAuth instead of the token": (secured(type="http", scheme="bearer", bearerFormat="JWT"), NOBODY),
    "another server": (servers_changed, CODE),
}  # fmt: skip


def changed(change: Change) -> Json:
    document = copy.deepcopy(CONTRACT)
    change(document)
    return document
