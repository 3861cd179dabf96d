"""The jobs of the workflows, run here: an update is proposed, reviewed and stopped; a release."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Collection
from datetime import date
from pathlib import Path

import pytest

from scripts.contract.generate import Layout
from scripts.mutation.bugs import project_files
from tests.contract import changes
from tests.contract.commands.fake_gh import GitHub
from tests.contract.commands.test_release import at_home
from tests.contract.editing import Change
from tests.contract.published import record
from tests.openapi.conftest import Git, git, serve
from tests.openapi.serving import Serve
from tests.test_workflows import ROOT, read

__all__ = ["git", "serve"]
pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]


def copy_of_project(folder: Path) -> Path:
    """Copy the project's files, committed or not, into a repository of its own on branch main."""
    for name in project_files(ROOT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    for pinned in (folder / "requirements").iterdir():  # so that make installs nothing
        os.utime(pinned, (0, 0))
    with (ROOT / ".gitignore").open() as ignored:
        (folder / ".gitignore").write_text(ignored.read() + ".venv\n")
    return folder


def run_job(
    workflow: str, job: str, folder: Path, artifacts: Path, skip: Collection[str] = (), **env: str
) -> list[str]:
    """Run the commands of a job in a folder; return the actions that run on GitHub only.

    `env` takes the place of GitHub's variables, and of expressions in the job.
    """
    others = []
    for step in read(ROOT / f".github/workflows/{workflow}.yml")["jobs"][job]["steps"]:
        action, options = step.get("uses", "").partition("@")[0], step.get("with", {})
        if action == "actions/upload-artifact":
            paths = options["path"].split()
            is_folder = len(paths) == 1 and (folder / paths[0]).is_dir()
            root = folder / paths[0] if is_folder else folder
            for found in (each for path in paths for each in folder.glob(path)):
                target = artifacts / options["name"] / found.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                if found.is_dir():
                    shutil.copytree(found, target, dirs_exist_ok=True)
                else:
                    shutil.copy(found, target)
        elif action == "actions/download-artifact":
            target = folder / options.get("path", "")
            shutil.copytree(artifacts / options["name"], target, dirs_exist_ok=True)
        elif action:
            others.append(action)
        elif step["run"] not in skip:
            print(f"--- {workflow}, {job}: {step.get('name') or step['run']}")  # noqa: T201
            command = ["bash", "-e", "-c", step["run"]]
            subprocess.run(command, cwd=folder, env={**os.environ, **env}, check=True)
    return others


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "OPTIONS", "QUICK", "SINCE"):
        monkeypatch.delenv(name, raising=False)  # of the make that runs this test
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return GitHub(tmp_path / "bin")


@pytest.fixture
def origin(tmp_path: Path, git: Git) -> Path:
    """Return a project, and `origin.git` beside it, which has it on main."""
    folder = copy_of_project(tmp_path / "project")
    bare = tmp_path / "origin.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "T")
    git(folder, "config", "user.email", "t@example.com")
    git(folder, "remote", "add", "origin", str(bare))
    publish(folder, git)
    return folder


def publish(folder: Path, git: Git) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A")
    git(folder, "push", "--quiet", "--force", "--tags", "origin", "HEAD:main")
    git(folder, "fetch", "--quiet", "origin")


def published(folder: Path, serve: Serve, edit: Change) -> None:
    """Serve the captured documents with an edit, and record that as their source."""
    layout, edited = Layout(folder), {}
    for field, version in (("dated", "2021-07-28"), ("v3", "v3")):
        edited[field] = json.loads(layout.captured(version).read_text())
        edit(edited[field])
    record(layout, serve, edited)


def test_a_change_is_proposed_with_its_report_and_commented_and_a_break_is_an_issue(
    tmp_path: Path, origin: Path, github: GitHub, git: Git, serve: Serve
) -> None:
    published(origin, serve, changes.query)
    publish(origin, git)
    run_job("update", "update", origin, tmp_path / "artifacts")
    git(origin, "reset", "--quiet", "--hard", "origin/main")
    run_job("update", "propose", origin, tmp_path / "artifacts")
    auth, label, create = github.calls
    assert (auth, label[1]) == (["auth", "setup-git", ""], "create")
    assert (
        create[3] == "Adopt HighLevel's changes: 1 change(s) of the contract; next version: 0.1.1"
    )
    body = create[-1]
    assert "`make update` ended **done**." in body
    assert "# What HighLevel did\n\n## Regenerate" in body
    assert "Next version: **0.1.1**" in body.partition("# What it means here")[2]
    assert "starts no checks by itself" in body
    names = subprocess.run(
        ["git", "diff", "--name-only", "origin/main", "highlevel/update"],
        cwd=origin,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {
        "changes/+highlevel.highlevel.md",
        "generated_client/api/associations/list_associations.py",
        "openapi/captured/v3.json",
    } < {*names}

    # The pull request.
    base = {"GITHUB_BASE_REF": "main", "NUMBER": "7"}
    run_job("contract", "diff", origin, tmp_path / "artifacts", **base)
    assert "unpublishedSearch" in (tmp_path / "summary.md").read_text()
    run_job("contract", "comment", origin, tmp_path / "artifacts", **base)
    comment = github.calls[-1]
    assert comment[:5] == ["pr", "comment", "7", "--edit-last", "--create-if-none"]
    assert "unpublishedSearch" in comment[-1]

    # A name of the public surface that no entry names.
    surface = origin / "tests/public_surface.txt"
    surface.write_text(surface.read_text().replace("  class Associations(", "  class Unheard("))
    with pytest.raises(subprocess.CalledProcessError):
        run_job("contract", "diff", origin, tmp_path / "artifacts", **base)

    # What stops.
    git(origin, "switch", "--quiet", "--force", "main")
    git(origin, "clean", "--quiet", "--force", "-d")
    published(origin, serve, changes.servers_changed)
    publish(origin, git)
    run_job("update", "update", origin, tmp_path / "stopped")
    run_job("update", "propose", origin, tmp_path / "stopped")
    assert github.calls[-1][:4] == [
        *("issue", "create", "--title"),
        "HighLevel's changes are not adopted: facade must change (facade/_core/client_options.py): "
        "server https://services.leadconnectorhq.com is no longer served from an address",
    ]
    assert "https://api.example.com" in github.calls[-1][-1]


def test_a_release_is_prepared_tagged_built_once_attested_and_announced(
    tmp_path: Path, origin: Path, github: GitHub, git: Git
) -> None:
    at_home(origin)
    publish(origin, git)
    subprocess.run(["make", "release"], cwd=origin, check=True)
    publish(origin, git)
    git(origin, "tag", "v0.1.0")
    tag, artifacts = {"GITHUB_REF_NAME": "v0.1.0"}, tmp_path / "artifacts"
    run_job("release", "build", origin, artifacts, (".ci/install", "make test"), **tag)
    built = sorted((artifacts / "release/dist").iterdir())
    assert [each.name for each in built] == [
        "highlevel_associations-0.1.0-py3-none-any.whl",
        "highlevel_associations-0.1.0.tar.gz",
    ]
    notes = (artifacts / "release/notes.md").read_text()
    assert notes.startswith("### Added\n\n- The first release. ")
    assert f"\n## 0.1.0 ({date.today()})\n" in (origin / "CHANGELOG.md").read_text()
    folder = tmp_path / "runner"
    assert run_job("release", "publish", folder, artifacts, **tag) == [
        "actions/attest-build-provenance",
        "pypa/gh-action-pypi-publish",
    ]
    for each in sorted(folder.glob("dist/*")):  # the subjects of the attestation
        digest = hashlib.sha256(each.read_bytes()).hexdigest()
        print(f"attested: {each.name} sha256:{digest}")  # noqa: T201
        assert digest in (tmp_path / "summary.md").read_text()
    run_job("release", "announce", folder, artifacts, **tag)
    assert github.calls == [
        [
            *("release", "create", "v0.1.0", *(f"dist/{each.name}" for each in built)),
            *("--verify-tag", "--title", "v0.1.0", "--notes-file", "notes.md"),
            "",  # no body
        ]
    ]
    with pytest.raises(subprocess.CalledProcessError):  # a tag that is not the version
        run_job("release", "build", origin, artifacts, (".ci/install",), GITHUB_REF_NAME="v0.2.0")
