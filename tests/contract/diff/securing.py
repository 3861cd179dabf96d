"""Documents whose operation requires authentication."""

from typing import Any

from tests.contract.diff.documents import Json, operation

KEY: Json = {"type": "apiKey", "in": "header", "name": "X-Key"}
BEARER: Json = {"type": "http", "scheme": "bearer"}
FLOW: Json = {"tokenUrl": "https://example.com/token", "scopes": {"read": ""}}
OAUTH: Json = {"type": "oauth2", "flows": {"clientCredentials": FLOW}}
SCHEMES: Json = {"key": KEY, "token": BEARER, "other": BEARER, "oauth": OAUTH}


def requiring(*security: Json, **schemes: Any) -> Json:
    """Return a document of one operation with these security requirements."""
    given = operation(**({"security": list(security)} if security else {}))
    return {**given, "components": {"securitySchemes": schemes or SCHEMES}}
