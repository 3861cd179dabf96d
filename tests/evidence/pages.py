"""A page of an operation, and an equivalent contract."""

import re

import yaml

from tests.diff.documents import Json

CONTRACT: Json = yaml.safe_load("""
openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: "https://pets.example"}]
paths:
  "/pets/{petId}":
    put:
      operationId: update_pet
      parameters:
        - {name: Version, in: header, required: true, schema: {type: string}}
        - {name: petId, in: path, required: true, schema: {type: string}}
        - {name: notify, in: query, schema: {type: boolean}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/NewName"}}}
      responses:
        "200":
          description: ""
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
        "404": {description: not on the page}
      security: [{keeper: [pets.write]}]
components:
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties:
        id: {type: string}
        name: {type: string}
        owner: {type: object, properties: {mail: {type: string}}}
        toys:
          type: array
          items: {type: object, required: [kind], properties: {kind: {type: string}}}
        tags: {type: array, items: {type: string}}
    NewName: {type: object, required: [name], properties: {name: {type: string}}}
  securitySchemes: {keeper: {type: http, scheme: bearer}}
x-wire:
  token-types: {asks: "Whose token?", answer: Keeper Token}
  total: {asks: "Does a list come with its total?", answer: always}
""")

PAGE = """---
source: https://docs.example/pets/update-pet
title: Rename a pet
---
[To the text](https://docs.example/pets/update-pet/index.html#__docusaurus_skipToContent_fallback)
# Rename a pet
```
PUT https://pets.example/pets/:petId
```
Gives a pet another name.
### Requirements
#### Scope(s)
`pets.write`
#### Token Type(s)
`Keeper Token`
## Request
### Header Parameters
**Version** stringrequired
### Path Parameters
**petId** stringrequired
### Query Parameters
**notify** boolean
- application/json
### Body **required**
**name** stringrequired
Example:`Rex`
## Responses
- 200
The pet with its name.
- application/json
- Schema
- Example (auto)
**Schema**
**id** stringrequired
**name** stringrequired
Example:`Rex`
**owner** object
**mail** string
**toys** object\\[\\]
- Array \\[
**kind** stringrequired
- \\]
**tags** string\\[\\]
Example:`["old"]`
```codeBlock
{
  "id": "p1",
  "name": "Rex",
  "owner": {"mail": "a@b.example"},
  "toys": [\\
    {"kind": "ball"}\\
  ],
  "tags": ["old"]
}
```
## Tell us
#### Authorization: Authorization
```
name:  [Authorization](https://docs.example/auth)type: httpscopes: pets.writescheme: bearer
```
```lines
curl -X PUT 'https://pets.example/pets/:petId' \\
-H 'Version: 1' \\
-d '{"name": "Rex"}'
```
"""


# As a page is published, its paragraphs stand apart.
APART = PAGE.replace("\n**", "\n\n**").replace("\n#", "\n\n#").replace("\n- ", "\n\n- ")
TIGHT = re.sub(r"\*\* (?=string|object|boolean)", "**", PAGE)
SPELLINGS = {"apart": APART, "tight": TIGHT}
