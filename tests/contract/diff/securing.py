"""Documents whose operation asks for authentication."""

from typing import Any

from tests.contract.diff.documents import Json, operation

KEY: Json = {"type": "apiKey", "in": "header", "name": "X-Key"}
BEARER: Json = {"type": "http", "scheme": "bearer"}
FLOW: Json = {"tokenUrl": "https://example.com/token", "scopes": {"read": ""}}
OAUTH: Json = {"type": "oauth2", "flows": {"clientCredentials": FLOW}}
SCHEMES: Json = {"key": KEY, "token": BEARER, "other": BEARER, "oauth": OAUTH}


def asks(*security: Json, **schemes: Any) -> Json:
    """Give a document of one operation that asks for this."""
    given = operation(**({"security": list(security)} if security else {}))
    return {**given, "components": {"securitySchemes": schemes or SCHEMES}}
