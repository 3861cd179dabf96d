"""Run the jobs of a workflow on this machine, with folders in the place of artifacts."""

import os
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path

from scripts.mutation.bugs import project_files
from tests.test_workflows import ROOT, read


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
