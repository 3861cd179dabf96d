"""Capture: bundled, without prose, with its provenance, whole or not at all."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import capture as command
from scripts import console
from scripts.contract.errors import CannotRunError
from scripts.contract.normalise import normalise

from .serving import Serve

SOURCE = "https://h.example/docs/apps/a.json"
WORDS = ("default", "value", "example", "x-y", "headers")  # names that OpenAPI has uses for
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

Capture = Callable[..., int]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project to run the command in, apart from what it reads."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """The published documents of a test: apps/a.json, which needs common/c.json."""
    folder = tmp_path / "private" / "docs"
    write(folder / "apps" / "a.json", ROOT)
    write(folder / "common" / "c.json", COMMON)
    return folder


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


# --- Bundling ------------------------------------------------------------------------------------


def test_what_is_referred_to_becomes_a_component(project: Path, docs: Path) -> None:
    assert capture(docs / "apps" / "a.json") == 0
    assert captured(project) == BUNDLED


@pytest.mark.parametrize(
    ("files", "components"),
    [
        pytest.param(
            {"b.json": {"A": {"$ref": "c.json#/B"}}, "c.json": {"B": {"type": "string"}}},
            {"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"type": "string"}}},
            id="a file that refers to a third",
        ),
        pytest.param(
            {
                "b.json": {"A": {"items": {"$ref": "c.json#/B"}}},
                "c.json": {"B": {"items": {"$ref": "b.json#/A"}}},
            },
            {
                "schemas": {
                    "A": {"items": {"$ref": "#/components/schemas/B"}},
                    "B": {"items": {"$ref": "#/components/schemas/A"}},
                }
            },
            id="two files that refer to each other",
        ),
        pytest.param(
            {"b.json": {"A": {"items": {"$ref": "a.json#/components/schemas/Own"}}}},
            {
                "schemas": {
                    "A": {"items": {"$ref": "#/components/schemas/Own"}},
                }
            },
            id="a file that refers back to the document",
        ),
        pytest.param(
            {
                "b.json": {
                    "A": {
                        "properties": {"p": {"$ref": "#/A/$defs/D"}},
                        "$defs": {"D": {"items": {"$ref": "c.json#/B"}}},
                    }
                },
                "c.json": {"B": {}},
            },
            {
                "schemas": {
                    "A": {
                        "properties": {"p": {"$ref": "#/components/schemas/D"}},
                        "$defs": {"D": {"items": {"$ref": "#/components/schemas/B"}}},
                    },
                    "D": {"items": {"$ref": "#/components/schemas/B"}},
                    "B": {},
                }
            },
            id="parts of one file that overlap",
        ),
        pytest.param(
            {
                "b.json": {
                    "A": {"properties": {name: {"$ref": f"c.json#/{name}"} for name in WORDS}}
                },
                "c.json": {name: {} for name in WORDS},
            },
            {
                "schemas": {
                    "A": {
                        "properties": {
                            name: {"$ref": f"#/components/schemas/{name}"} for name in WORDS
                        }
                    },
                    **{name: {} for name in WORDS},
                }
            },
            id="properties that are called like keywords",
        ),
        pytest.param(
            {"b.json": {"A": {"example": {"$ref": "none.json"}, "x-data": {"$ref": "none.json"}}}},
            {"schemas": {"A": {"example": {"$ref": "none.json"}, "x-data": {"$ref": "none.json"}}}},
            id="data that only looks like a reference",
        ),
        pytest.param(
            {"b.json": {"A": {"items": {"$ref": "#/a~1b%20c"}}, "a/b c": {"type": "string"}}},
            {
                "schemas": {
                    "A": {"items": {"$ref": "#/components/schemas/a_1b_c"}},
                    "a_1b_c": {"type": "string"},
                }
            },
            id="names that no component may have",
        ),
    ],
)
def test_references_are_followed_however_far_they_lead(
    files: dict[str, object], components: dict[str, object], project: Path, tmp_path: Path
) -> None:
    schemas = {"Start": {"items": {"$ref": "b.json#/A"}}, "Own": {"type": "integer"}}
    root = write(
        tmp_path / "in" / "a.json", {**ROOT, "paths": {}, "components": {"schemas": schemas}}
    )
    for name, document in files.items():
        write(tmp_path / "in" / name, document)
    capture(root)
    found = captured(project)["components"]
    assert found["schemas"].pop("Start") == {"items": {"$ref": "#/components/schemas/A"}}
    assert found["schemas"].pop("Own") == {"type": "integer"}
    assert found == components


@pytest.mark.parametrize(
    ("holder", "kind"),
    [
        ({"parameters": [{"$ref": "b.json#/It"}]}, "parameters"),
        ({"requestBody": {"$ref": "b.json#/It"}}, "requestBodies"),
        ({"responses": {"default": {"$ref": "b.json#/It"}}}, "responses"),
        ({"responses": {"200": {"headers": {"x-limit": {"$ref": "b.json#/It"}}}}}, "headers"),
        ({"responses": {"200": {"links": {"next": {"$ref": "b.json#/It"}}}}}, "links"),
        ({"parameters": [{"schema": {"$ref": "b.json#/It"}}]}, "schemas"),
        ({"parameters": [{"examples": {"one": {"$ref": "b.json#/It"}}}]}, "examples"),
        ({"callbacks": {"done": {"$ref": "b.json#/It"}}}, "callbacks"),
    ],
)
def test_what_a_bare_file_holds_becomes_the_kind_of_component_that_is_asked_for(
    holder: dict[str, object], kind: str, project: Path, tmp_path: Path
) -> None:
    root = write(tmp_path / "a.json", {**ROOT, "paths": {"/a": {"get": holder}}})
    write(tmp_path / "b.json", {"It": {"x-mine": 1}})
    capture(root)
    assert captured(project)["components"][kind]["It"]["x-mine"] == 1


def test_a_local_reference_may_spell_a_template_in_percent(project: Path, tmp_path: Path) -> None:
    schema = {"schema": {"$ref": "#/paths/~1a~1%7Bid%7D/x-it"}}
    document = {**ROOT, "paths": {"/a/{id}": {"x-it": {}, "get": {"parameters": [schema]}}}}
    assert capture(write(tmp_path / "a.json", document)) == 0


# --- Sources -------------------------------------------------------------------------------------


def test_a_url_is_its_own_source(project: Path, serve: Serve) -> None:
    root, common = json.dumps(ROOT).encode(), json.dumps(COMMON).encode()
    base = serve({"/apps/a.json": (200, root, None), "/common/c.json": (200, common, None)})
    assert command.main([f"{base}/apps/a.json", "--version", "v9"]) == 0
    assert captured(project) == BUNDLED
    assert lock(project) == {
        "source": f"{base}/apps/a.json",
        "revision": None,
        "files": {
            f"{base}/apps/a.json": sha256(root).hexdigest(),
            f"{base}/common/c.json": sha256(common).hexdigest(),
        },
    }


def test_the_source_that_is_said_counts_more_than_the_mirror_read_from(
    project: Path, serve: Serve
) -> None:
    page = json.dumps({**ROOT, "paths": {}}).encode()
    capture(serve({"/a.json": (200, page, None)}) + "/a.json")
    assert lock(project)["source"] == SOURCE


def test_a_later_capture_starts_from_what_is_recorded(project: Path, serve: Serve) -> None:
    page = json.dumps({**ROOT, "paths": {}}).encode()
    url = serve({"/a.json": (200, page, None)}) + "/a.json"
    command.main([url, "--version", "v9", "--revision", "abc"])
    before = state(project)
    assert command.main(["--version", "v9"]) == 0
    assert state(project) == before  # the same bytes are still that revision


def test_a_git_revision_is_recorded_as_its_commit(project: Path, repository: Path) -> None:
    origin = f"{repository}@main:apps/a.json"
    capture(origin)
    assert captured(project) == BUNDLED
    assert len(lock(project)["revision"]) == 40
    assert lock(project)["files"].keys() == {SOURCE, "https://h.example/docs/common/c.json"}


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., None]) -> Path:
    folder = tmp_path / "repository"
    write(folder / "apps" / "a.json", ROOT)
    write(folder / "common" / "c.json", COMMON)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Publish")
    return folder


def test_the_lock_names_public_files_and_never_a_path_of_this_machine(
    project: Path, docs: Path, tmp_path: Path
) -> None:
    capture(docs / "apps" / "a.json", "--revision", "0af86a4")
    assert lock(project) == {
        "source": SOURCE,
        "revision": "0af86a4",
        "files": {
            SOURCE: sha256((docs / "apps" / "a.json").read_bytes()).hexdigest(),
            "https://h.example/docs/common/c.json": sha256(
                (docs / "common" / "c.json").read_bytes()
            ).hexdigest(),
        },
    }
    assert "private" not in (project / "openapi" / "captured" / "lock.json").read_text()


@pytest.mark.parametrize("source", ["", "apps/a.json", "/home/me/a.json", "file:///home/me/a.json"])
def test_a_local_path_is_no_source(source: str, project: Path, docs: Path) -> None:
    with pytest.raises(CannotRunError, match="say --source URL: a local path is never recorded"):
        capture(docs / "apps" / "a.json", source=source)


def test_a_source_with_a_password_is_refused_without_repeating_it(
    project: Path, docs: Path
) -> None:
    with pytest.raises(CannotRunError, match="password") as caught:
        capture(docs / "apps" / "a.json", source="https://me:hidden@h.example/a.json")
    assert "hidden" not in str(caught.value)


# --- Mapped references ---------------------------------------------------------------------------


def test_a_reference_that_points_at_nothing_is_read_where_the_caller_says(
    project: Path, docs: Path
) -> None:
    (docs / "apps" / "common").mkdir()
    (docs / "common" / "c.json").rename(docs / "apps" / "common" / "c.json")
    with pytest.raises(CannotRunError, match="say --map REF=PLACE"):
        capture(docs / "apps" / "a.json")
    capture(docs / "apps" / "a.json", "--map", "../common/c.json=common/c.json")
    assert captured(project) == BUNDLED
    assert lock(project)["map"] == {"../common/c.json": "common/c.json"}
    assert "https://h.example/docs/apps/common/c.json" in lock(project)["files"]
    before = state(project)
    capture(docs / "apps" / "a.json")  # the mapping is remembered
    assert state(project) == before


def test_a_recorded_mapping_goes_when_the_document_is_mended(project: Path, docs: Path) -> None:
    capture(docs / "apps" / "a.json", "--map", "../common/c.json=../common/./c.json")
    write(docs / "apps" / "a.json", {**ROOT, "paths": {}})
    assert capture(docs / "apps" / "a.json") == 0
    assert "map" not in lock(project)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("other.json=common/c.json", "no reference starts with the mapped 'other.json'"),
        ("../common/c.json=/home/me/c.json", "'/home/me/c.json' is no relative path"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    mapping: str, said: str, project: Path, docs: Path
) -> None:
    with pytest.raises(CannotRunError, match=said):
        capture(docs / "apps" / "a.json", "--map", mapping)
    assert state(project) == {}


# --- Failures ------------------------------------------------------------------------------------


def with_reference(reference: str) -> dict[str, Any]:
    return {**ROOT, "components": {"schemas": {"S": {"items": {"$ref": reference}}}}}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (with_reference("#/components/schemas/None"), "points at nothing"),
        (with_reference("#S"), "points at nothing"),
        (with_reference(""), "a reference is empty"),
        (with_reference("#"), "a reference is empty"),
        (with_reference("none.json#/T"), "cannot read"),
        (with_reference("../common/c.json#/None"), "has nothing at '/None'"),
        (with_reference("http://127.0.0.1:1/c.json"), "cannot reach"),
        ({**ROOT, "paths": {"/a": {"$ref": "p.json"}}}, "a path that stands elsewhere"),
        (
            {**ROOT, "components": {"schemas": {"Error": {"type": "string"}}}},
            "two components are called schemas/Error",
        ),
        ({"swagger": "2.0", "paths": {}}, "not an OpenAPI 3.0 or 3.1 document"),
        ({"openapi": "3.2.0", "paths": {}}, "not an OpenAPI 3.0 or 3.1 document"),
        ({"type": "object"}, "not an OpenAPI 3.0 or 3.1 document"),
        ("{", "neither JSON nor YAML"),
        (None, "cannot read"),
    ],
)
def test_after_a_failure_the_last_capture_stands_as_it_was(
    document: object, said: str, project: Path, docs: Path
) -> None:
    path = docs / "apps" / "a.json"
    capture(path)
    before = state(project)
    if document is None:
        path.unlink()
    elif isinstance(document, str):
        path.write_text(document)
    else:
        write(path, document)
    with pytest.raises(CannotRunError, match=rf"\A.*{said}.*\Z"):
        capture(path)
    assert state(project) == before


@pytest.mark.parametrize("version", ["../v9", "", ".hidden", "a/b", "lock"])
def test_a_version_that_would_not_name_a_document_is_refused(
    version: str, project: Path, docs: Path
) -> None:
    with pytest.raises(CannotRunError, match="is no version"):
        capture(docs / "apps" / "a.json", version=version)
    assert state(project) == {}


@pytest.mark.parametrize("broken", ["<<<<<<< ours", "[]", '{"v9": 1}'])
def test_a_broken_lock_is_one_line(broken: str, project: Path, docs: Path) -> None:
    (project / "openapi" / "captured").mkdir(parents=True)
    (project / "openapi" / "captured" / "lock.json").write_text(broken)
    before = state(project)
    with pytest.raises(CannotRunError, match=r"\A.*lock.json.*\Z"):
        capture(docs / "apps" / "a.json")
    assert state(project) == before


def test_without_a_place_to_start_from_the_command_asks_for_one(project: Path) -> None:
    with pytest.raises(CannotRunError, match="nothing is recorded for v9: say where to read FROM"):
        command.main(["--version", "v9"])


def test_a_lock_that_cannot_be_written_keeps_the_document_as_it_was(
    project: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = docs / "apps" / "a.json"
    capture(path)
    before = state(project)
    write(path, {**ROOT, "paths": {}})

    def full(path: Path, mode: int) -> None:
        if ".lock.json." in path.name:
            raise OSError("No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(OSError, match="No space"):
        capture(path)
    assert state(project) == before


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (CannotRunError("no such place"), 2, "error: no such place\n"),
        (OSError("No space left on device"), 2, "error: No space left on device\n"),
        (KeyboardInterrupt(), 130, "interrupted: run it again\n"),
    ],
)
def test_a_command_ends_with_one_line_and_an_exit_code(
    raised: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(_: object) -> int:
        raise raised

    with pytest.raises(SystemExit) as ended:
        console.run(main)
    assert ended.value.code == code
    assert capsys.readouterr().err == said


def test_a_defect_of_ours_does_not_end_like_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    def main(_: object) -> int:
        raise KeyError("x")

    with pytest.raises(SystemExit) as ended:
        console.run(main)
    assert ended.value.code == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupted_capture_leaves_the_last_one(
    project: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture(docs / "apps" / "a.json")
    before = state(project)
    write(docs / "apps" / "a.json", {**ROOT, "paths": {}})

    def interrupt(path: Path, mode: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "chmod", interrupt)
    with pytest.raises(KeyboardInterrupt):
        capture(docs / "apps" / "a.json")
    assert state(project) == before


# --- Normalising ---------------------------------------------------------------------------------


def test_the_same_document_gives_the_same_bytes_in_json_in_yaml_and_in_any_order(
    project: Path, tmp_path: Path
) -> None:
    def shuffled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: shuffled(node[key]) for key in reversed(node)}
        return [shuffled(item) for item in node] if isinstance(node, list) else node

    (tmp_path / "b.yaml").write_text(yaml.safe_dump(BUNDLED))
    sources = [
        write(tmp_path / "a.json", BUNDLED),
        tmp_path / "b.yaml",
        write(tmp_path / "c.json", shuffled(BUNDLED)),
    ]
    for path in sources:
        capture(path)
    assert captured(project) == BUNDLED
    written = set()
    for path in sources:
        capture(path)
        written.add((project / "openapi" / "captured" / "v9.json").read_bytes())
    assert len(written) == 1


def test_capturing_again_changes_nothing(
    project: Path, docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capture(docs / "apps" / "a.json", "--revision", "abc")
    before = state(project)
    assert "is written: 2 file(s)" in capsys.readouterr().out
    capture(docs / "apps" / "a.json", "--revision", "abc")
    assert "is unchanged" in capsys.readouterr().out
    assert state(project) == before


def test_prose_is_left_out_wherever_it_stands() -> None:
    prose = {"summary": "S", "description": "D", "externalDocs": {"url": "https://h.example"}}
    operation = {"operationId": "a", "parameters": [{"name": "q", **prose}], **prose}
    schema = {"type": "object", "properties": {"p": {"type": "string", **prose}}, **prose}
    more = {"contact": {}, "license": {}, "termsOfService": ""}
    document = {
        "info": {"title": "T", "version": "1", **more, **prose},
        "servers": [{"url": "https://h.example", **prose}],
        "tags": [{"name": "A", **prose}],
        "paths": {"/a": {"get": operation, **prose}},
        "components": {
            "schemas": {"S": schema},
            "securitySchemes": {"b": {"type": "http", **prose}},
            "examples": {"e": {"value": 1, **prose}},
        },
    }
    assert normalise(document) == {
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://h.example"}],
        "tags": [{"name": "A"}],
        "paths": {"/a": {"get": {"operationId": "a", "parameters": [{"name": "q"}]}}},
        "components": {
            "schemas": {"S": {"type": "object", "properties": {"p": {"type": "string"}}}},
            "securitySchemes": {"b": {"type": "http"}},
            "examples": {"e": {"value": 1}},
        },
    }


@pytest.mark.parametrize(
    "fact",
    [
        {"properties": {"description": {"type": "string"}, "summary": {}, "license": {}}},
        {"properties": {"default": {"type": "string"}, "scopes": {"type": "array"}}},
        {"components": {"schemas": {"summary": {"type": "string"}}}},
        {"components": {"securitySchemes": {"contact": {"type": "http"}}}},
        {"security": [{"contact": ["associations.write"]}]},
        {"required": ["description"], "dependentRequired": {"description": ["summary"]}},
        {"example": {"description": "kept", "summary": "kept"}},
        {"examples": [{"description": "kept"}]},
        {"examples": {"description": {"value": {"summary": "kept"}}}},
        {"default": {"description": "kept"}, "enum": [{"summary": "kept"}]},
        {"x-tagGroups": {"description": "kept"}},
        {"discriminator": {"propertyName": "p", "mapping": {"description": "#/x"}}},
        {"content": {"application/json": {"encoding": {"summary": {}}}}},
        {"links": {"description": {"parameters": {"summary": "$request.query.q"}}}},
    ],
)
def test_names_and_data_that_read_like_prose_are_kept(fact: dict[str, object]) -> None:
    assert normalise(fact) == fact


def test_what_openapi_demands_a_text_for_gets_an_empty_one() -> None:
    flows = {"implicit": {"authorizationUrl": "https://h.example", "scopes": {"a.write": "Prose"}}}
    responses = {"200": {"description": "Prose"}, "400": {}, "404": {"$ref": "#/x"}}
    assert normalise({"flows": flows, "responses": responses}) == {
        "flows": {"implicit": {"authorizationUrl": "https://h.example", "scopes": {"a.write": ""}}},
        "responses": {
            "200": {"description": ""},
            "400": {"description": ""},
            "404": {"$ref": "#/x"},
        },
    }
