"""Malformed documents, each with one error."""

from typing import Any

Document = dict[str, Any]


def document(version: str = "3.0.3", **parts: Any) -> Document:
    return {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}, **parts}


def schema(version: str = "3.0.3", **keywords: Any) -> Document:
    return document(version, components={"schemas": {"S": keywords}})


def operation(**parts: Any) -> Document:
    return document(paths={"/a": {"get": {"responses": {"200": {"description": ""}}, **parts}}})


def response(**parts: Any) -> Document:
    return operation(responses={"200": {"description": "", **parts}})


def parameter(**parts: Any) -> Document:
    field = {"name": "n", "in": "query", "schema": {"type": "string"}}
    return operation(parameters=[{**field, **parts}])


def body(content: Any) -> Document:
    return operation(requestBody={"content": content})


S = {"$ref": "#/components/schemas/S"}
REACHED = body({"application/json": {"schema": S}})["paths"]


def reached(**keywords: Any) -> Document:
    """Return a document with a schema that an operation sends."""
    return {**schema(**keywords), "paths": REACHED}


MALFORMED: dict[str, Document] = {
    # schemas
    "an unknown type with an example": reached(type="text", example="x"),
    "a type that is a number": reached(type=1, example="x"),
    "a list of unknown types": reached(type=["text", None], default=1),
    "a pattern that is no regular expression": reached(type="string", pattern="(", example="x"),
    "a pattern that is a number": reached(type="string", pattern=1, example="x"),
    "a pattern of a property name": reached(patternProperties={"(": {}}, example={"a": 1}),
    "required as in a parameter": reached(type="object", required=True, example={"a": 1}),
    "required names that are objects": reached(required=[{"a": 1}, 2], example={"a": 1}),
    "a minimum that is text": reached(type="integer", minimum="5", example=1),
    "a maximum that is a list": reached(type="integer", maximum=[5], default=1),
    "a multiple of zero": reached(type="integer", multipleOf=0, example=1),
    "a length that is text": reached(type="string", maxLength="5", example="x"),
    "an exclusive minimum of the other version": reached(exclusiveMinimum=True, example=1),
    "an enum that is text": reached(type="string", enum="abc", example="a"),
    "an enum of objects and lists": reached(enum=[{"a": [1]}, ["a"], {"a": [1]}], example="a"),
    "properties as a list": reached(type="object", properties=["a"], example={"a": 1}),
    "a property that is text": reached(type="object", properties={"a": "string"}, example={"a": 1}),
    "items as a list": reached(type="array", items=[{"type": "string"}], example=["a"]),
    "items that are text": reached(type="array", items="string", example=["a"]),
    "alternatives as an object": reached(oneOf={"type": "string"}, example="x"),
    "alternatives that are numbers": reached(allOf=[1, None], anyOf=[2], example="x"),
    "additional properties that are text": reached(additionalProperties="yes", example={"a": 1}),
    "a format that is a list": reached(type="string", format=["date"], example="x"),
    "a discriminator that is text": reached(oneOf=[{}], discriminator="kind", example="x"),
    "a discriminator without targets": reached(
        oneOf=[{}], discriminator={"propertyName": 1, "mapping": ["a"]}
    ),
    "a schema that is text": document(components={"schemas": {"S": "string"}}, paths=REACHED),
    "a schema that is null": document(components={"schemas": {"S": None}}, paths=REACHED),
    "an example beyond any multiple": reached(type="number", multipleOf=0.5, default=10**400),
    "an example far beyond any multiple": reached(type="number", multipleOf=1e-300, example=1e300),
    # references
    "a reference that is a number": reached(items={"$ref": 1}),
    "a reference that is an object": reached(items={"$ref": {"a": 1}}),
    "a reference to nothing": reached(items={"$ref": "#/components/schemas/Gone"}),
    "a reference to itself": reached(**S),
    "two references in a circle": document(
        components={"schemas": {"S": {"$ref": "#/components/schemas/T"}, "T": S}}, paths=REACHED
    ),
    "a schema that is all of itself": reached(allOf=[S], example={"a": 1}),
    "a reference with a broken escape": reached(items={"$ref": "#/components/%zz/~7"}),
    "a parameter that is a schema": {
        **schema(type="string"),
        "paths": operation(parameters=[S])["paths"],
    },
    "a parameter that is all paths": operation(parameters=[{"$ref": "#/paths"}]),
    "a path that refers to itself": document(paths={"/a": {"$ref": "#/paths/~1a"}}),
    # operations
    "paths as a list": document(paths=["/a"]),
    "paths as null": document("3.1.0", paths=None),
    "a path that is text": document(paths={"/a": "get"}),
    "a path that is null": document(paths={"/a": None}),
    "an operation that is a list": document(paths={"/a": {"get": ["x"]}}),
    "an operationId that is a list": operation(operationId=["a"]),
    "tags that are a number": operation(tags=1),
    "tags that are objects": operation(tags=[{"name": "a"}]),
    "a path with an open brace": document(paths={"/a/{b": {"get": {"responses": {}}}}),
    "parameters as text": operation(parameters="id"),
    "parameters as an object": operation(parameters={"id": {"in": "query"}}),
    "a parameter that is null": operation(parameters=[None]),
    "a parameter without a name": operation(parameters=[{"in": "query"}]),
    "a parameter whose name is a list": parameter(name=["n"]),
    "a parameter without a location": parameter(**{"in": 1}),
    "a parameter whose schema is text": parameter(schema="string", example="x"),
    "a parameter whose required is text": parameter(required="yes"),
    "one parameter twice": operation(
        parameters=parameter()["paths"]["/a"]["get"]["parameters"] * 2
    ),
    "a request body that is text": operation(requestBody="json"),
    "content as a list": body(["application/json"]),
    "a medium that is null": body({"application/json": None}),
    "responses that are null": operation(responses=None),
    "responses as a list": operation(responses=[{"description": ""}]),
    "a response that is a number": operation(responses={"200": 1}),
    "a status that is no status": operation(responses={"fine": {"description": ""}}),
    "headers as a list": response(headers=["X-A"]),
    "a header that is null": response(headers={"X-A": None}),
    "links that are text": response(links="x"),
    "callbacks as a list": operation(callbacks=[{}]),
    "examples as text": response(content={"a/b": {"examples": "x", "schema": {}}}),
    # security
    "security as an object": document(security={"bearer": []}),
    "security that is a number": document(security=1),
    "security that is text": operation(security="bearer"),
    "security of a scheme that is not there": operation(security=[{"bearer": []}]),
    "security whose scopes are text": operation(security=[{"bearer": "read"}]),
    "a security requirement that is null": operation(security=[None]),
    "a security scheme that is text": document(components={"securitySchemes": {"b": "bearer"}}),
    "a security scheme of an unknown type": document(
        components={"securitySchemes": {"b": {"type": 1}}}
    ),
    "flows as a list": document(
        components={"securitySchemes": {"b": {"type": "oauth2", "flows": []}}}
    ),
    "scopes as a list": document(
        components={
            "securitySchemes": {
                "b": {
                    "type": "oauth2",
                    "flows": {"implicit": {"scopes": ["a"], "authorizationUrl": 1}},
                }
            }
        }
    ),
    # the rest
    "info that is text": document(info="T"),
    "a title that is a list": document(info={"title": ["T"], "version": 1}),
    "servers as an object": document(servers={"url": "https://h.example"}),
    "a server without a URL": document(servers=[{}, None, {"url": 1}]),
    "document tags that are text": document(tags=["a", {"name": 1}, None]),
    "components as a list": document(components=["S"]),
    "components that are text": document(components="S"),
    "schemas as a list": document(components={"schemas": ["S"]}),
    "webhooks as a list": document("3.1.0", webhooks=["a"]),
    "a version with a suffix": document("3.0.banana"),
    # Version 3.1, whose schemas are JSON Schema's
    "a schema of 3.1 that is text": schema("3.1.0", items="string", example=["a"]),
    "a type of 3.1 that is unknown": schema("3.1.0", type=["text"], example="x"),
    "a pattern of 3.1 that is none": schema("3.1.0", pattern="(", example="x"),
    "a pattern of names that is none": schema(
        "3.1.0", patternProperties={"(": {}}, example={"a": 1}
    ),
    "an exclusive minimum of 3.0": schema("3.1.0", exclusiveMinimum=True, example=1),
    "a reference of 3.1 that is a number": schema("3.1.0", **{"$ref": 1}, example=1),
    "an identifier that is a number": schema("3.1.0", **{"$id": 1}, example=1),
    "a dynamic reference to nothing": schema("3.1.0", **{"$dynamicRef": "#gone"}, example=1),
    "an unknown dialect": schema("3.1.0", **{"$schema": "https://h.example/d"}, example=1),
    "a discriminator of 3.1 that is text": schema("3.1.0", discriminator="kind", example=1),
    "definitions that are a list": schema("3.1.0", **{"$defs": []}, example=1),
    "a vocabulary that is text": schema("3.1.0", **{"$vocabulary": "x"}, example=1),
}
