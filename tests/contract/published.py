"""A small published document of two files, and a call of the capture command."""

import json
from pathlib import Path
from typing import Any

from scripts import capture as command

TOP = Path(__file__).parents[2]
SOURCE = "https://h.example/docs/apps/a.json"
ROOT: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/a": {
            "get": {
                "responses": {
                    "200": {"description": "Prose"},
                    "400": {"$ref": "../common/c.json#/components/responses/Bad"},
                }
            }
        }
    },
}
COMMON: dict[str, Any] = {
    "components": {
        "responses": {
            "Bad": {
                "description": "Prose",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }
        },
        "schemas": {
            "Error": {
                "type": "object",
                "properties": {"cause": {"$ref": "#/components/schemas/Error"}},
            }
        },
    }
}
BUNDLED = {
    "openapi": "3.0.0",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/a": {
            "get": {
                "responses": {
                    "200": {"description": ""},
                    "400": {"$ref": "#/components/responses/Bad"},
                }
            }
        }
    },
    "components": {
        "responses": {
            "Bad": {
                "description": "",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }
        },
        "schemas": {
            "Error": {
                "type": "object",
                "properties": {"cause": {"$ref": "#/components/schemas/Error"}},
            }
        },
    },
}


def write(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


def capture(origin: object, *more: str, version: str = "v9", source: str = SOURCE) -> int:
    return command.main([str(origin), "--version", version, "--source", source, *more])


def captured(project: Path, version: str = "v9") -> Any:
    return json.loads((project / "openapi" / "captured" / f"{version}.json").read_bytes())


def lock(project: Path, version: str = "v9") -> Any:
    return json.loads((project / "openapi" / "captured" / "lock.json").read_bytes())[version]


def state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
