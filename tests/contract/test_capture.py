"""A capture holds a document without prose, and the public places of its files."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.capture import (
    Captured,
    capture,
    checked_version,
    read_lock,
    source_of,
    write,
)
from scripts.errors import CannotRunError
from scripts.openapi.places import GitPlace, Place, place

from .published import BUNDLED, COMMON, ROOT, SOURCE

PUBLIC = {SOURCE, "https://h.example/docs/common/c.json"}
ENTRY: dict[str, Any] = {"source": SOURCE, "revision": None, "files": {}}
OTHER = "https://other.example/c.json"


def captured(
    origin: str,
    mapped: Mapping[str, str] | None = None,
    root: object = ROOT,
    selected: str = "",
    revision: str | None = "abc",
) -> Captured:
    """Capture a document from anywhere; every other file is the common one."""

    def read(where: Place) -> bytes:
        return json.dumps(root if str(where) == str(place(origin)) else COMMON).encode()

    options: dict[str, Any] = {"revision": revision, "mapped": mapped or {}, "selected": selected}
    return capture(place(origin), source=SOURCE, read=read, **options)


def test_the_lock_names_public_files_and_never_a_path_of_this_machine() -> None:
    for origin in (
        "/private/apps/secret.json",
        "https://mirror.example/x/copy.json",
        "git@h.example:r.git@main:a/copy.json",
    ):
        taken = captured(origin)
        assert json.loads(taken.document) == BUNDLED
        assert taken.origin == str(place(origin))
        assert taken.entry.keys() == {"source", "revision", "files"}
        assert (taken.entry["source"], taken.entry["revision"]) == (SOURCE, "abc")
        assert taken.entry["files"].keys() == PUBLIC
        assert taken.entry["files"][SOURCE] == sha256(json.dumps(ROOT).encode()).hexdigest()


def test_a_mapped_file_of_another_origin_and_the_selection_of_paths_are_recorded() -> None:
    for origin in ("a.json", "https://mirror.example/a.json"):
        item = {"get": {"responses": {"200": {"$ref": f"{OTHER}#/components/responses/Bad"}}}}
        root = {**ROOT, "paths": {"/a": item, "/b": {}}}
        taken = captured(origin, {OTHER: OTHER, "unused": "x"}, root, "/a")
        assert taken.entry["map"] == {OTHER: OTHER}
        assert taken.entry["files"].keys() == {SOURCE, OTHER}
        assert taken.entry["select"] == "/a"
        assert [*json.loads(taken.document)["paths"]] == ["/a"]


def test_the_source_is_the_given_one_or_the_url_or_the_known_one() -> None:
    assert source_of(place(OTHER), SOURCE, OTHER) == SOURCE
    assert source_of(place(OTHER), None, SOURCE) == OTHER
    assert source_of(place("a.json"), None, SOURCE) == SOURCE


def test_anything_but_a_public_url_is_no_source() -> None:
    for source, said in (
        (None, "give --source URL; a local path is never recorded"),
        ("/home/me/a.json", "give --source URL; a local path is never recorded"),
        ("https://me:hidden@h.example/a.json", "the source to record holds a user name or passw"),
    ):
        with pytest.raises(CannotRunError, match=said) as caught:
            source_of(place("a.json"), source, None)
        assert "hidden" not in str(caught.value)


def test_a_git_revision_is_recorded_as_its_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GitPlace, "commit", lambda self: f"commit of {self.revision}")
    for origin, revision in ((".@main:a.json", "commit of main"), ("a.json", None)):
        assert captured(origin, revision=None).entry["revision"] == revision


def test_a_version_is_a_date_or_v_and_a_number() -> None:
    for right in ("v10", "2021-07-28", "2021-12-31"):
        assert checked_version(right) == right
    for wrong in ("../v9", "v9.1", "2021-13-01", "2021-01-32", ""):
        with pytest.raises(CannotRunError, match="is not a Version: write a date like 2021-07-28"):
            checked_version(wrong)


@pytest.mark.parametrize(
    ("revision", "digest", "recorded"),
    [(None, "1", "abc"), (None, "2", None), ("def", "1", "def")],
)
def test_the_revision_stays_for_the_same_bytes_unless_another_is_given(
    tmp_path: Path, revision: str | None, digest: str, recorded: str | None
) -> None:
    assert read_lock(tmp_path) == {}
    write(tmp_path, "v8", Captured(b"{}", ENTRY, SOURCE))
    for known, each in (("abc", "1"), (revision, digest)):
        entry = {"source": SOURCE, "revision": known, "files": {SOURCE: each}, "map": {"a": "b"}}
        path = write(tmp_path, "v9", Captured(b"{}\n", entry, SOURCE))
        assert path.read_bytes() == b"{}\n"
    assert read_lock(tmp_path)["v9"]["revision"] == recorded
    assert read_lock(tmp_path)["v8"] == ENTRY
