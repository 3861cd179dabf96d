"""Generate: the committed tree is what its sources produce, and a failed run changes nothing."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import generate as command
from scripts.contract.document import dump
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Built, Layout, build_contract, edited, stale

ROOT = Path(__file__).parents[2]
CONTRACT = json.loads((ROOT / "openapi" / "associations.json").read_bytes())
CAPTURED = json.loads((ROOT / "openapi" / "captured" / "2021-07-28.json").read_bytes())

# Settings under which ruff would format otherwise, or not run at all.
HOSTILE = """
[tool.ruff]
line-length = 60
required-version = "==0.0.1"
[tool.ruff.format]
quote-style = "single"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A copy of what is built and what it is built from, to work in."""
    folder = tmp_path / "project"
    ignored = shutil.ignore_patterns("__pycache__", "*_cache")
    for name in ("openapi", "generated_client"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    monkeypatch.chdir(folder)
    return Layout(folder)


@pytest.fixture
def build_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command build what is committed, without the second that the generator takes."""
    package = ROOT / "generated_client"
    code = {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    contract, manifest = Layout(ROOT).contract.read_bytes(), Layout(ROOT).manifest.read_bytes()
    monkeypatch.setattr(command, "build", lambda _: Built(contract, code, manifest))


def state(layout: Layout) -> dict[str, bytes]:
    files = (path for path in layout.root.rglob("*") if path.is_file())
    return {path.relative_to(layout.root).as_posix(): path.read_bytes() for path in files}


def add_action(layout: Layout, action: str) -> None:
    with layout.overlay.open("a") as file:
        file.write(f"\n  - {action}\n")


# --- What is committed ---------------------------------------------------------------------------


def test_the_committed_files_are_as_they_were_generated() -> None:
    assert edited(Layout(ROOT)) == []


def test_nothing_committed_is_stale_whatever_settings_and_whatever_ruff_stand_around_it(
    project: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(HOSTILE)
    other_ruff = tmp_path / "bin" / "ruff"
    other_ruff.parent.mkdir()
    other_ruff.write_text("#!/bin/sh\nexit 1\n")
    other_ruff.chmod(0o755)
    monkeypatch.setenv("PATH", str(other_ruff.parent), prepend=":")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = state(project)
    assert command.main(["--check"]) == 0
    assert state(project) == before


def test_both_versions_give_the_same_contract() -> None:
    layout = Layout(ROOT)
    assert build_contract(layout, "v3") == build_contract(layout) == layout.contract.read_bytes()


def test_what_is_captured_is_in_the_lock() -> None:
    lock = json.loads((ROOT / "openapi" / "captured" / "lock.json").read_bytes())
    assert lock.keys() == {"2021-07-28", "v3"}
    for name, entry in lock.items():
        assert (ROOT / "openapi" / "captured" / f"{name}.json").is_file()
        assert all(place.startswith("https://") for place in [entry["source"], *entry["files"]])


def test_all_ten_operations_are_generated_under_our_names() -> None:
    modules = {
        path.relative_to(ROOT / "generated_client" / "api").as_posix()
        for path in (ROOT / "generated_client" / "api").rglob("*.py")
        if path.name != "__init__.py"
    }
    assert modules == {
        "associations/create_association.py",
        "associations/delete_association.py",
        "associations/get_association.py",
        "associations/get_association_by_key.py",
        "associations/list_associations.py",
        "associations/list_associations_by_object_key.py",
        "associations/update_association.py",
        "relations/create_relation.py",
        "relations/delete_relation.py",
        "relations/list_relations.py",
    }
    assert (ROOT / "generated_client" / "py.typed").is_file()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_of_the_contract_has_its_place() -> None:
    assert {place: operation["operationId"] for place, operation in operations(CONTRACT)} == {
        "GET /associations/": "list_associations",
        "POST /associations/": "create_association",
        "GET /associations/key/{key_name}": "get_association_by_key",
        "GET /associations/objectKey/{objectKey}": "list_associations_by_object_key",
        "POST /associations/relations": "create_relation",
        "GET /associations/relations/{id}": "list_relations",
        "DELETE /associations/relations/{id}": "delete_relation",
        "GET /associations/{associationId}": "get_association",
        "PUT /associations/{associationId}": "update_association",
        "DELETE /associations/{associationId}": "delete_association",
    }


def names(document: dict[str, Any]) -> set[str]:
    found = set(document["components"]["schemas"]) | {tag["name"] for tag in document["tags"]}
    for _, operation in operations(document):
        found |= {operation["operationId"], *operation["tags"]}
    return found


def test_no_name_that_code_is_generated_from_is_highlevels() -> None:
    assert names(CONTRACT) & names(CAPTURED) == set()


def test_every_operation_declares_every_error() -> None:
    for place, operation in operations(CONTRACT):
        success = "201" if place.startswith("POST") else "200"
        assert operation["responses"].keys() == {
            success, "400", "401", "403", "404", "422", "429",
        }  # fmt: skip


def test_everything_that_a_reader_of_the_code_sees_is_worded() -> None:
    worded: dict[str, str | None] = {}
    components = CONTRACT["components"]
    for place, operation in operations(CONTRACT):
        worded[place] = operation.get("summary")
        for parameter in operation["parameters"]:
            if "$ref" not in parameter:
                where = f"{place} {parameter['name']}"
                worded[where] = parameter.get("description")
                worded[f"{where} in the code"] = parameter["schema"].get("description")
    for kind in ("parameters", "responses", "schemas", "securitySchemes"):
        for name, component in components[kind].items():
            worded[name] = component.get("description")
            for field, schema in component.get("properties", {}).items():
                if "$ref" not in schema:
                    worded[f"{name}.{field}"] = schema.get("description")
    assert len(worded) > 100
    assert [place for place, words in worded.items() if not words or "\n" in words] == []


# --- What goes stale -----------------------------------------------------------------------------


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"def ", b"dEf ", 1))


def edit_text(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def add(path: Path) -> None:
    path.write_text("")


@pytest.mark.parametrize(
    ("change", "name", "by_hand"),
    [
        (edit, "generated_client/client.py", True),
        (Path.unlink, "generated_client/models/api_version.py", True),
        (Path.unlink, "generated_client/py.typed", True),
        (add, "generated_client/ours.py", True),
        (edit_text, "openapi/associations.json", True),
        (edit_text, "openapi/manifest.json", False),
    ],
)
@pytest.mark.usefixtures("build_once")
def test_what_is_stale_is_named_and_built_anew(
    change: Callable[[Path], object],
    name: str,
    by_hand: bool,
    project: Layout,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fresh = state(project)
    change(project.root / name)
    assert edited(project) == ([name] if by_hand else [])
    assert command.main(["--check"]) == 1
    assert capsys.readouterr().out == f"stale: {name}\nrun: make generate\n"
    assert state(project) != fresh  # --check writes nothing
    assert command.main([]) == 0
    assert f"written: {name}\n" in capsys.readouterr().out
    assert state(project) == fresh
    assert command.main([]) == 0
    assert "written" not in capsys.readouterr().out


def test_files_that_python_and_tools_leave_behind_are_not_stale(project: Layout) -> None:
    for name in ("__pycache__/client.cpython-311.pyc", ".mypy_cache/x.json"):
        (project.package / name).parent.mkdir(parents=True)
        (project.package / name).write_bytes(b"")
    assert edited(project) == []


@pytest.mark.usefixtures("build_once")
def test_a_package_that_cannot_be_put_in_place_leaves_the_old_one(
    project: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(project.package / "client.py")
    before = state(project)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if target == Path("generated_client") and path.parent.name.startswith(".generated."):
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError):
        command.main([])
    assert state(project) == before


# --- What stops a run ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (
            "{target: $.none, description: Mend nothing, x-evidence: E, x-expect: 1, remove: true}",
            r"overlay action \d+ \(Mend nothing\): it hits 0 .* HighLevel may have mended this",
        ),
        (
            "{target: $.info, description: Say no reason, x-expect: 1, update: {title: T}}",
            r"\(Say no reason\): our own actions say description, x-evidence and x-expect",
        ),
        (
            "{target: $.components.schemas.ErrorPayload, description: D, x-evidence: E, "
            "x-expect: 1, remove: true}",
            r"with the overlay is no sound contract:\n  .*ErrorPayload' points at nothing",
        ),
        ("{broken", "overlay.yaml is neither JSON nor YAML"),
        (
            # The generator understands no such body, and would leave it out with a warning.
            "{target: $.paths.*.post.responses, description: D, x-evidence: E, x-expect: 2, "
            "update: {'418': {description: D, content: {image/png: {schema: {type: object}}}}}}",
            "openapi-python-client ended with 1:\n",
        ),
    ],
)
def test_a_run_that_stops_says_why_and_changes_nothing(
    action: str, said: str, project: Layout
) -> None:
    add_action(project, action)
    before = state(project)
    with pytest.raises(CannotRunError, match=said):
        command.main([])
    assert state(project) == before


def test_a_hook_that_fails_stops_the_run(project: Layout) -> None:
    project.settings.write_text("package_name_override: generated_client\npost_hooks: ['false']\n")
    before = state(project)
    with pytest.raises(CannotRunError, match="openapi-python-client ended with 1:\n"):
        command.main([])
    assert state(project) == before


@pytest.mark.parametrize("name", ["captured/2021-07-28.json", "overlay.yaml", "generator.yaml"])
def test_a_source_that_is_missing_is_one_line(name: str, project: Layout) -> None:
    (project.root / "openapi" / name).unlink()
    with pytest.raises(CannotRunError, match=rf"\Acannot read openapi/{name}: .*\Z"):
        command.main(["--check"])


@pytest.mark.parametrize("broken", ["{", "[]", "{}"])
def test_a_broken_manifest_is_one_line(broken: str, project: Layout) -> None:
    project.manifest.write_text(broken)
    with pytest.raises(CannotRunError, match=r"\A.*manifest.json.*\Z"):
        edited(project)


# --- What HighLevel may mend ---------------------------------------------------------------------

Mend = Callable[[dict[str, Any]], object]


def at(*path: str | int) -> Callable[[dict[str, Any]], Any]:
    def find(document: dict[str, Any]) -> Any:
        node: Any = document
        for step in path:
            node = node[step]
        return node

    return find


def setting(value: object, *path: str | int) -> Mend:
    return lambda document: at(*path[:-1])(document).__setitem__(path[-1], value)


def removing(*path: str | int) -> Mend:
    return lambda document: at(*path[:-1])(document).pop(path[-1])


def moving(start: str, end: str) -> Mend:
    def move(document: dict[str, Any]) -> None:
        document["paths"].setdefault(end, {}).update(document["paths"].pop(start))

    return move


def answering(method: str, path: str, status: str) -> Mend:
    body = ("content", "application/json", "schema", "$ref")
    mended = "#/components/schemas/BadRequestDTO"  # any but the one that is wrong
    return setting(mended, "paths", path, method, "responses", status, *body)


def schema(name: str, *more: str) -> tuple[str, ...]:
    return ("components", "schemas", name, *more)


PATHS = "/associations/", "/associations/objectKey/{objectKey}", "/associations/{associationId}"
LIST, BY_OBJECT, ONE = PATHS
ASSOCIATION = "GetPostSuccessfulResponseDto"
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("mend", "action"),
    [
        (
            setting(True, "paths", BY_OBJECT, "get", "parameters", 1, "required"),
            "A path parameter is required",
        ),
        *(
            (
                setting("string", *schema(ASSOCIATION, "properties", name, "type")),
                "Labels, object keys and association types are text",
            )
            for name in ("firstObjectLabel", "secondObjectKey", "associationType")
        ),
        (
            setting("integer", "paths", LIST, "get", "parameters", 2, "schema", "type"),
            "Skip is a whole number from 0, and so is its example",
        ),
        (
            setting("integer", "paths", LIST, "get", "parameters", 3, "schema", "type"),
            "Limit is a whole number from 1, and so is its example",
        ),
        (
            setting(["2021-07-28", "v3"], "paths", ONE, "put", "parameters", 0, "schema", "enum"),
            "The ten one-value Version enums are gone",
        ),
        (
            removing("paths", ONE, "put", "parameters", 0),
            "The ten one-value Version enums are gone",
        ),
        (
            moving("/associations/relations/{recordId}", "/associations/relations/{id}"),
            "Listing relations moves to the one path",
        ),
        (
            moving("/associations/relations/{relationId}", "/associations/relation/{relationId}"),
            "Deleting a relation moves to the one path",
        ),
        (
            answering("get", LIST, "200"),
            "Listing associations answers with a page, not with one association",
        ),
        (
            answering("get", BY_OBJECT, "200"),
            "Listing by object key answers with a page, not with one association",
        ),
        (
            answering("put", ONE, "200"),
            "Updating answers with the association, in an envelope or flat",
        ),
        (
            answering("post", "/associations/relations", "201"),
            "Creating a relation answers with the relation, not with an association",
        ),
        (
            answering("get", "/associations/relations/{recordId}", "200"),
            "Listing relations answers with a page of relations, not with one association",
        ),
        (
            answering("delete", "/associations/relations/{relationId}", "200"),
            "Deleting a relation answers that it is deleted, not with an association",
        ),
        (
            setting(TEXT, *schema(ASSOCIATION, "properties", "traceId")),
            "Answers carry a traceId",
        ),
        (
            setting(TEXT, *schema("DeleteAssociationsResponseDTO", "properties", "traceId")),
            "Answers carry a traceId",
        ),
        (
            setting(TEXT, *schema("UnauthorizedDTO", "properties", "traceId")),
            "Errors carry a traceId",
        ),
        (
            setting(TEXT, *schema("BadRequestDTO", "properties", "error")),
            "A 400 may name its error, as the others do",
        ),
        (
            setting(
                TEXT, *schema(ASSOCIATION, "properties", "firstObjectToSecondObjectCardinality")
            ),
            "An association has cardinalities where webhooks show them",
        ),
        *(
            (
                setting({"description": ""}, "paths", ONE, "put", "responses", status),
                "Every operation refers to all its errors",
            )
            for status in ("403", "404", "429")
        ),
        (
            setting({"anyOf": []}, *schema("UnprocessableDTO", "properties", "message")),
            "The message of a 422 is a list or a text, so the list alone is gone",
        ),
        (
            removing(*schema(ASSOCIATION, "required")),
            "What is published as required of an association is kept",
        ),
        (
            setting([{"name": "Associations", "tags": ["Relations"]}], "x-tagGroups"),
            "x-tagGroups is one group, not a list of them, and nothing of ours reads it",
        ),
        (
            removing("components", "securitySchemes", "bearer", "in"),
            "An http security scheme has neither name nor in",
        ),
        (
            setting("updateLabels", "paths", ONE, "put", "operationId"),
            "Name and wording of update_association",
        ),
    ],
)
def test_what_highlevel_mends_stops_the_run_and_names_the_action(
    mend: Mend, action: str, project: Layout
) -> None:
    captured = json.loads(dump(CAPTURED))
    mend(captured)
    project.captured("2021-07-28").write_bytes(dump(captured))
    before = state(project)
    with pytest.raises(CannotRunError) as stopped:
        command.main([])
    assert f"({action})" in str(stopped.value)
    assert "HighLevel may have mended this: delete the action" in str(stopped.value)
    assert state(project) == before


def test_a_defect_in_one_place_more_stops_the_run_too(project: Layout) -> None:
    captured = json.loads(dump(CAPTURED))
    setting({"type": "object"}, *schema(ASSOCIATION, "properties", "label"))(captured)
    project.captured("2021-07-28").write_bytes(dump(captured))
    with pytest.raises(CannotRunError, match=r"hits 12 place\(s\), not 11\. see what is new there"):
        command.main([])


def test_stale_compares_whole_files(project: Layout) -> None:
    code = {"client.py": (project.package / "client.py").read_bytes()}
    built = Built(project.contract.read_bytes(), code, project.manifest.read_bytes())
    shutil.rmtree(project.package / "api")
    shutil.rmtree(project.package / "models")
    assert stale(project, built) == [
        f"generated_client/{name}" for name in ("__init__.py", "errors.py", "py.typed", "types.py")
    ]
