"""The normal form of a document."""

import copy
from typing import Any

from scripts.openapi.normal import normal_form

Document = dict[str, Any]

TEXT, OBJECT = {"type": "string"}, {"type": "object"}
USUAL = {"400", "401", "403", "404", "409", "422", "429"}  # 409 is listed by another operation


def document(**parts: Any) -> Document:
    return {"openapi": "3.0.3", "info": {}, "paths": {}, **parts}


def of_operation(operation: Document, **parts: Any) -> Any:
    """Return the operation in the normal form of a document, and its components."""
    paths = {"/pets": {"get": operation}, "/others": {"get": {"responses": {"201": {}, "409": {}}}}}
    normal = normal_form(document(paths=paths, **parts))
    return normal["paths"]["/pets"]["get"], normal.get("components")


def json_of(schema: Document) -> Document:
    return {"content": {"application/json": {"schema": schema}}}


def named(schema: str) -> Document:
    return json_of({"$ref": f"#/components/schemas/{schema}"})


PET = {**OBJECT, "properties": {"name": TEXT}}
ID = {"name": "id", "in": "path", "required": True, "schema": TEXT}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
TOKEN = {"name": "Authorization", "in": "header", "required": True, "schema": TEXT}


def item(own: Any = (ID, LIMIT), body: Any = None, response: Any = None, **others: Any) -> Document:
    operation = {
        "parameters": list(own),
        "requestBody": body or named("Pet"),
        "responses": {"200": response or named("Pet")},
    }
    return {"put": operation, **others}


def ref(section: str) -> Document:
    return {"$ref": f"#/components/{section}/It"}


def test_however_a_document_is_written_its_normal_form_is_the_same() -> None:
    def written(path: Document, **components: Any) -> Document:
        components |= {"schemas": {"Pet": PET}}
        return document(paths={"/pets/{id}": path}, components=components)

    normal = {**written(item()), "openapi": "3.0.0"}
    assert normal_form(normal) == normal
    charset = {"Application/JSON; charset=utf-8": named("Pet")["content"]["application/json"]}
    for other in (
        written(item((ref("parameters"), LIMIT)), parameters={"It": ID}),
        written(item(response=ref("responses")), responses={"It": named("Pet")}),
        written(item(body=ref("requestBodies")), requestBodies={"It": named("Pet")}),
        written(ref("pathItems"), pathItems={"It": item()}),
        written(item((LIMIT,), parameters=[ID])),
        written(item(parameters=[ID, {**LIMIT, "required": True}])),  # the operation replaces it
        written(item(body=json_of(PET), response=json_of(PET))),
        written(item(body={"content": charset}, response={"content": charset})),
        written(item((ID, LIMIT, TOKEN))),  # OpenAPI ignores it
    ):
        given = copy.deepcopy(other)
        assert normal_form(other) == normal
        assert other == given


def test_a_class_stands_for_the_usual_statuses_and_those_that_any_operation_lists() -> None:
    for statuses, listed in (
        (["200", "4xx"], {"200", *USUAL}),
        (["default"], {"200", "201", *USUAL}),
        (["2XX"], {"200", "201"}),
        (["200", "5XX"], {"200", "500"}),
        (["1XX", "3XX", "x-of"], {"100", "300", "x-of"}),
    ):
        operation, _ = of_operation(
            {"responses": {each: {"description": each} for each in statuses}}
        )
        assert operation["responses"].keys() == listed
        for status in listed & {*statuses}:
            assert operation["responses"][status] == {"description": status}


def test_a_body_without_a_name_gets_that_of_an_equal_one_or_of_its_operation() -> None:
    schemas = {"Pet": OBJECT, "Cat": OBJECT, "Dog": OBJECT, "list_gr__e_200": TEXT}
    other = {**OBJECT, "title": "Other"}
    operation, components = of_operation(
        {
            "operationId": "list größe",
            "requestBody": json_of(OBJECT),
            "responses": {"200": json_of(other), "201": json_of(other)},
        },
        components={"schemas": schemas},
    )
    assert operation["requestBody"] == named("Cat")  # the first in alphabetical order
    assert operation["responses"] == dict.fromkeys(("200", "201"), named("list_gr__e_200_"))
    assert components["schemas"] == {**schemas, "list_gr__e_200_": other}
    request, components = of_operation({"requestBody": json_of(OBJECT)})
    assert request == {"requestBody": named("get__pets_request")}
    assert components == {"schemas": {"get__pets_request": OBJECT}}


def test_the_first_example_with_a_value_is_the_example() -> None:
    one = {"$ref": "#/components/examples/One"}
    examples = {"odd": 1, "elsewhere": {"externalValue": "a"}, "one": one, "two": {"value": 2}}

    def using(**media: Any) -> Document:
        parameter = {"name": "a", "in": "query", **copy.deepcopy(media)}
        return {"parameters": [parameter], "requestBody": {"content": {"a/b": media}}}

    given = using(schema=TEXT, examples=examples)
    operation, _ = of_operation(given, components={"examples": {"One": {"value": 1}}})
    assert operation == using(schema={**TEXT, "example": 1})
    shared = using(schema={"$ref": "#/components/schemas/Text"}, example=1)  # not theirs, too
    assert of_operation(copy.deepcopy(shared))[0] == shared


def test_text_beside_a_reference_replaces_that_of_its_target() -> None:
    answer = {"description": "of A", "headers": {"X": {"$ref": "#/components/headers/X"}}}
    operation, _ = of_operation(
        {"responses": {"200": {"$ref": "#/components/responses/A", "description": "own"}}},
        components={"responses": {"A": answer}, "headers": {"X": {"schema": TEXT}}},
    )
    expected = {"description": "own", "headers": {"X": {"schema": TEXT}}}
    assert operation["responses"] == {"200": expected}


def test_a_reference_that_leads_nowhere_stays() -> None:
    loop = {"A": {"$ref": "#/components/responses/A"}}
    for target in ("#/components/responses/B", "#/components/responses/A"):
        given = {"responses": {"200": {"$ref": target}}}
        assert of_operation(given, components={"responses": loop})[0] == given


def test_a_server_has_no_variables_and_no_slash_at_its_end() -> None:
    servers: list[Document] = [
        {"x-none": 1},
        {"url": "https://{n}.b.test/", "variables": {"n": {"default": "a"}}, "description": "a"},
    ]
    assert normal_form(document(servers=servers))["servers"] == [
        {"x-none": 1},
        {"url": "https://a.b.test", "description": "a"},
    ]


def test_operations_without_security_take_that_of_the_document() -> None:
    pets = {"get": {"responses": {}}, "put": {"responses": {}, "security": []}}
    normal = normal_form(document(security=[{"a": []}], paths={"/pets": pets}))
    assert [each["security"] for each in normal["paths"]["/pets"].values()] == [[{"a": []}], []]
    assert "security" not in normal


def test_paths_that_differ_only_in_the_name_of_an_argument_become_one() -> None:
    def of(*names: str) -> Document:
        return {"parameters": [{"name": each, "in": "path"} for each in names]}

    others = [{"name": "y", "in": "query"}, {"name": ["y"], "in": "path"}]  # no such argument
    paths = {
        "/{own}/{x}": {"get": of("own", "x")},
        "/{own}/{y}": {"put": {"parameters": [*of("own", "y")["parameters"], *others]}},
        "/a/{x}": {"get": of("x")},
        "/a/{y}": {"get": of("y")},  # the same method, for the checks to report
    }
    put = {"parameters": [*of("own", "id")["parameters"], *others]}
    expected = {"/{own}/{id}": {"get": of("own", "id"), "put": put}}
    normal = normal_form(document(paths=copy.deepcopy(paths)))["paths"]
    assert normal == {**expected, "/a/{x}": paths["/a/{x}"], "/a/{y}": paths["/a/{y}"]}
    odd = {"parameters": [{"name": {}, "in": "path"}]}
    paths = {"/}{x}/{id}/{a}": {"get": of("x", "id", "a")}, "/}{y}/{id}/{b}": {"put": odd}}
    merged = {"get": of("id_", "id", "id__"), "put": odd}
    assert normal_form(document(paths=paths))["paths"] == {"/}{id_}/{id}/{id__}": merged}


def test_each_scheme_that_sends_a_bearer_token_is_one() -> None:
    schemes: Document = {
        "http": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "header": {"type": "apiKey", "in": "header", "name": "Authorization"},
        "oauth": {"type": "oauth2", "flows": {"implicit": {"scopes": {}}}},
        "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://a.test"},
    }
    key = {"type": "apiKey", "in": "header", "name": "X-Key"}
    normal = normal_form(document(components={"securitySchemes": schemes | {"key": key}}))
    bearer = {name: {"type": "http", "scheme": "bearer"} for name in schemes}
    assert normal["components"]["securitySchemes"] == bearer | {"key": key}


def test_what_no_schema_of_3_0_knows_is_left_out_and_what_is_wrong_stays_for_the_checks() -> None:
    newer = {"$self": "https://a.test", "jsonSchemaDialect": "https://a.test", "webhooks": {}}
    normal = normal_form({"openapi": "3.2.0", "info": {}, **newer})
    assert normal == {"openapi": "3.0.0", "info": {}, "paths": {}}
    content = {"text/csv; header=present": {"schema": TEXT}, "application/json": {}}
    responses = {"200": {"content": content}, "201": json_of({})}
    get = {"parameters": [1, {"in": "query"}, {"in": "header"}], "responses": responses}
    given = document(paths={"/pets": 1, "/others": {"get": get}})
    assert normal_form(given) == {**given, "openapi": "3.0.0"}
