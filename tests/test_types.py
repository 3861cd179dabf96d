"""Types for apps: a correct app passes mypy --strict, and mistakes are found."""

import sys

import pytest

from tests import needs

WRONG = "from facade import AssociationsClient\ndef use(client: AssociationsClient) -> None:\n"
MISTAKES = [
    ("client.associations.update('a', first_label='b', second_object_label='c')", "call-arg"),
    ("client.associations.get(id='a')", "call-arg"),
    ("client.relations.list('r', association_ids=[5])", "list-item"),
    ("client.relations.list('r').items[0].first_record", "attr-defined"),
    ("client.association.get('a')", "attr-defined"),
    ("client.associations.list(timout=5)", "call-arg"),
    ("client.api.nothing", "attr-defined"),
    ("AssociationsClient.from_env(timout=5)", "call-arg"),
    ("AssociationsClient.from_env(retries='many')", "arg-type"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    wrong = tmp_path_factory.mktemp("app") / "wrong.py"
    wrong.write_text(WRONG + "".join(f"    {mistake}\n" for mistake, _ in MISTAKES))
    apps = [needs.ROOT / f"examples/{name}.py" for name in ("agency_app", "nightly_sync")]
    mypy = (sys.executable, "-m", "mypy", "--strict", "--no-color-output")
    return needs.run(*mypy, *apps, wrong).stdout


def test_a_correct_app_passes(report: str) -> None:
    assert "errors in 1 file (checked 3 source files)" in report


@pytest.mark.parametrize(
    ("line", "code"), [(line, code) for line, (_, code) in enumerate(MISTAKES, 3)]
)
def test_a_mistake_is_found(report: str, line: int, code: str) -> None:
    said = [each for each in report.splitlines() if f"wrong.py:{line}: error:" in each]
    assert [f"[{code}]" in each for each in said[:1]] == [True]
