"""Types for apps: a correct app passes mypy --strict, and mistakes are found."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

RIGHT = ROOT / "tests" / "sample_app.py"

MISTAKES = [
    ("client.associations.update('a', first_label='b', second_object_label='c')", "call-arg"),
    ("client.associations.get(id='a')", "call-arg"),
    ("client.associations.create('a')", "call-arg"),
    ("client.relations.list('r', association_ids=[5])", "list-item"),
    ("client.relations.list('r').items[0].first_record", "attr-defined"),
    ("client.relations.create('a', first_record_id='b')", "call-arg"),
    ("client.association.get('a')", "attr-defined"),
    ("client.associations.list(timout=5)", "call-arg"),
    ("client.api.nothing", "attr-defined"),
    ("AssociationsClient.from_env(timout=5)", "call-arg"),
    ("AssociationsClient.from_env(retries='many')", "arg-type"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("app")
    lines = "".join(f"    {mistake}\n" for mistake, _ in MISTAKES)
    wrong = (
        "from facade import AssociationsClient\n\ndef use(client: AssociationsClient) -> None:\n"
    )
    (folder / "wrong.py").write_text(wrong + lines)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-color-output"]
    done = subprocess.run(
        [*mypy, RIGHT, folder / "wrong.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_a_correct_app_passes(report: str) -> None:
    assert RIGHT.name not in report
    assert "errors in 1 file (checked 2 source files)" in report


@pytest.mark.parametrize(
    ("line", "code"), [(line, code) for line, (_, code) in enumerate(MISTAKES, 4)]
)
def test_a_mistake_is_found(report: str, line: int, code: str) -> None:
    found = [said for said in report.splitlines() if f"wrong.py:{line}: error:" in said]
    assert found
    assert f"[{code}]" in found[0]
