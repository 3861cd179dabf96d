"""Capture: the sources of a document, and what is recorded of them."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from scripts import capture as command
from scripts.contract import capture as library
from scripts.contract.capture import Captured
from scripts.contract.errors import CannotRunError
from scripts.contract.places import GitPlace, Place, place

from .published import BUNDLED, COMMON, ROOT, SOURCE, capture, captured, lock, state, write
from .serving import Serve


def test_a_url_is_its_own_source(empty_project: Path, serve: Serve) -> None:
    root, common = json.dumps(ROOT).encode(), json.dumps(COMMON).encode()
    base = serve({"/apps/a.json": (200, root, None), "/common/c.json": (200, common, None)})
    assert command.main([f"{base}/apps/a.json", "--version", "v9"]) == 0
    assert captured(empty_project) == BUNDLED
    assert lock(empty_project) == {
        "source": f"{base}/apps/a.json",
        "revision": None,
        "files": {
            f"{base}/apps/a.json": sha256(root).hexdigest(),
            f"{base}/common/c.json": sha256(common).hexdigest(),
        },
    }


def test_a_given_source_is_recorded_instead_of_the_mirror(
    empty_project: Path, serve: Serve
) -> None:
    root, common = json.dumps(ROOT).encode(), json.dumps(COMMON).encode()
    pages = {"/x/copy.json": (200, root, None), "/common/c.json": (200, common, None)}
    capture(serve(pages) + "/x/copy.json")
    assert lock(empty_project)["source"] == SOURCE
    assert lock(empty_project)["files"].keys() == {SOURCE, "https://h.example/docs/common/c.json"}


def test_a_git_revision_is_recorded_as_its_commit(empty_project: Path, repository: Path) -> None:
    origin = f"{repository}@main:apps/a.json"
    capture(origin)
    assert captured(empty_project) == BUNDLED
    assert len(lock(empty_project)["revision"]) == 40
    assert lock(empty_project)["files"].keys() == {SOURCE, "https://h.example/docs/common/c.json"}


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
    empty_project: Path, docs: Path, tmp_path: Path
) -> None:
    capture(docs / "apps" / "a.json", "--revision", "0af86a4")
    assert lock(empty_project) == {
        "source": SOURCE,
        "revision": "0af86a4",
        "files": {
            SOURCE: sha256((docs / "apps" / "a.json").read_bytes()).hexdigest(),
            "https://h.example/docs/common/c.json": sha256(
                (docs / "common" / "c.json").read_bytes()
            ).hexdigest(),
        },
    }
    assert "private" not in (empty_project / "openapi" / "captured" / "lock.json").read_text()


@pytest.mark.parametrize(
    "repository", ["git@h.example:r.git", "https://h.example/r", "ssh://git@h.example/r"]
)
def test_the_lock_names_public_files_of_any_git_repository(repository: str) -> None:
    documents = {"a/copy.json": ROOT, "common/c.json": COMMON}

    def read(where: Place) -> bytes:
        assert isinstance(where, GitPlace)
        return json.dumps(documents[where.path]).encode()

    origin = place(f"{repository}@main:a/copy.json")
    taken = library.capture(origin, source=SOURCE, revision="abc", mapped={}, read=read)
    assert taken.entry["files"].keys() == {SOURCE, "https://h.example/docs/common/c.json"}


def test_a_local_copy_may_have_any_name(empty_project: Path, docs: Path) -> None:
    (docs / "apps" / "a.json").rename(docs / "apps" / "secret.json")
    capture(docs / "apps" / "secret.json")
    assert lock(empty_project)["files"].keys() == {SOURCE, "https://h.example/docs/common/c.json"}


@pytest.mark.parametrize("source", ["", "apps/a.json", "/home/me/a.json", "file:///home/me/a.json"])
def test_a_local_path_is_not_a_source(source: str, empty_project: Path, docs: Path) -> None:
    with pytest.raises(CannotRunError, match="give --source URL; a local path is never recorded"):
        capture(docs / "apps" / "a.json", source=source)


@pytest.mark.parametrize("source", ["https://", "https://[::1", "https://:80/a.json"])
def test_a_source_without_url_is_one_line(source: str, empty_project: Path, docs: Path) -> None:
    with pytest.raises(CannotRunError, match=r"\Athe source to record is not a URL: .*\Z"):
        capture(docs / "apps" / "a.json", source=source)


def test_a_source_with_a_password_is_refused_without_printing_it(
    empty_project: Path, docs: Path
) -> None:
    with pytest.raises(CannotRunError, match="password") as caught:
        capture(docs / "apps" / "a.json", source="https://me:hidden@h.example/a.json")
    assert "hidden" not in str(caught.value)


def test_a_broken_reference_is_read_from_its_mapping(empty_project: Path, docs: Path) -> None:
    (docs / "apps" / "common").mkdir()
    (docs / "common" / "c.json").rename(docs / "apps" / "common" / "c.json")
    with pytest.raises(CannotRunError, match="pass --map REF=PLACE"):
        capture(docs / "apps" / "a.json")
    capture(docs / "apps" / "a.json", "--map", "../common/c.json=common/c.json")
    assert captured(empty_project) == BUNDLED
    assert lock(empty_project)["map"] == {"../common/c.json": "common/c.json"}
    assert "https://h.example/docs/apps/common/c.json" in lock(empty_project)["files"]
    before = state(empty_project)
    capture(docs / "apps" / "a.json")  # the mapping is recorded
    assert state(empty_project) == before


def test_a_recorded_mapping_is_removed_when_the_document_is_mended(
    empty_project: Path, docs: Path
) -> None:
    capture(docs / "apps" / "a.json", "--map", "../common/c.json=../common/./c.json")
    write(docs / "apps" / "a.json", {**ROOT, "paths": {}})
    assert capture(docs / "apps" / "a.json") == 0
    assert "map" not in lock(empty_project)


def test_a_file_of_another_origin_is_read_if_it_is_mapped(
    empty_project: Path, serve: Serve, tmp_path: Path
) -> None:
    other = f"{serve({'/c.json': (200, b'{}', None)})}/c.json"
    schemas = {"S": {"items": {"$ref": other}}}
    path = write(tmp_path / "a.json", {**ROOT, "paths": {}, "components": {"schemas": schemas}})
    assert capture(path, "--map", f"{other}={other}") == 0
    assert captured(empty_project)["components"]["schemas"]["c"] == {}
    assert lock(empty_project)["map"] == {other: other}
    assert lock(empty_project)["files"].keys() == {SOURCE, other}


def test_a_byte_order_mark_is_no_part_of_the_document_and_counts_in_the_digest(
    empty_project: Path, docs: Path
) -> None:
    capture(docs / "apps" / "a.json")
    before = (empty_project / "openapi/captured/v9.json").read_bytes()
    marked = BOM_UTF8 + (docs / "apps/a.json").read_bytes()
    (docs / "apps/a.json").write_bytes(marked)
    capture(docs / "apps" / "a.json")
    assert (empty_project / "openapi/captured/v9.json").read_bytes() == before
    assert lock(empty_project)["files"][SOURCE] == sha256(marked).hexdigest()


def test_a_document_with_too_many_files_is_refused() -> None:
    def next_file(where: Place) -> bytes:
        item = {"items": {"$ref": f"x{where}#/S"}}
        return json.dumps(
            {**ROOT, "paths": {}, "S": item, "components": {"schemas": {"S": item}}}
        ).encode()

    with pytest.raises(CannotRunError, match="takes more than 100 files"):
        library.capture(place("a.json"), source=SOURCE, revision=None, mapped={}, read=next_file)


@pytest.mark.parametrize(
    "version", ["../v9", "", "a/b", "lock", "v9.1", "9", "2021-13-01", "2021-01-32"]
)
def test_a_malformed_version_is_refused(version: str, empty_project: Path, docs: Path) -> None:
    with pytest.raises(CannotRunError, match="is not a Version: write a date like 2021-07-28"):
        capture(docs / "apps" / "a.json", version=version)
    assert state(empty_project) == {}


ENTRY: dict[str, Any] = {"source": SOURCE, "revision": None, "files": {}}
BROKEN: list[dict[str, Any]] = [
    {"source": None},
    {"files": []},
    {"revision": 1},
    {"map": []},
    {"map": {"a": 1}},
]


@pytest.mark.parametrize(
    "broken",
    [
        "<<<<<<< ours",
        "[]",
        '{"v9": 1}',
        *(json.dumps({"v9": {**ENTRY, **change}}) for change in BROKEN),
    ],
)
def test_a_broken_lock_is_one_line(broken: str, empty_project: Path, docs: Path) -> None:
    (empty_project / "openapi" / "captured").mkdir(parents=True)
    (empty_project / "openapi" / "captured" / "lock.json").write_text(broken)
    before = state(empty_project)
    with pytest.raises(CannotRunError, match=r"\A.*lock.json.*\Z"):
        capture(docs / "apps" / "a.json")
    assert state(empty_project) == before


@pytest.mark.parametrize(
    ("revision", "digest", "recorded"),
    [(None, "1", "abc"), (None, "2", None), ("def", "1", "def"), ("def", "2", "def")],
)
def test_the_revision_stays_for_the_same_bytes_unless_another_is_given(
    tmp_path: Path, revision: str | None, digest: str, recorded: str | None
) -> None:
    for known, each in (("abc", "1"), (revision, digest)):
        entry = {"source": SOURCE, "revision": known, "files": {SOURCE: each}}
        library.write(tmp_path, "v9", Captured(b"{}", entry, SOURCE))
    assert library.read_lock(tmp_path)["v9"]["revision"] == recorded


def test_the_lock_keeps_the_entries_of_other_versions(tmp_path: Path) -> None:
    for version in ("v8", "v9"):
        library.write(tmp_path, version, Captured(b"{}", ENTRY, SOURCE))
    assert library.read_lock(tmp_path) == {"v8": ENTRY, "v9": ENTRY}
