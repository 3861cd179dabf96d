"""Types for apps: a correct app passes mypy --strict, and mistakes are found."""

import sys

import pytest

from tests import needs

WRONG = "from facade import AssociationsClient\ndef use(client: AssociationsClient) -> None:\n"
RIGHT = """
from typing import Unpack

from facade import Association, Associations, AssociationsClient, AsyncRelations
from facade import CallOptions, LocalPace, Page
from facade.observe import CallEnded, CallEvent, Recorder

def first(client: AssociationsClient) -> list[str | None]:
    page: Page[Association] = client.associations.list(skip=0, limit=10)
    return [one.first_object_label for one in page.items]

def keys(associations: Associations, **options: Unpack[CallOptions]) -> list[str | None]:
    return [one.key for one in associations.iterate(**options)]

async def count(relations: AsyncRelations, record_id: str, **options: Unpack[CallOptions]) -> int:
    return len(await relations.list(record_id, **options))

def show(event: CallEvent) -> None:
    print(event.operation, event.error if isinstance(event, CallEnded) else "")

def clients(recorder: Recorder) -> list[AssociationsClient]:
    paced = AssociationsClient("t", "l", pace=LocalPace(share=0.25), retries=3)
    watched = AssociationsClient.from_env(version="v3", pace=None, on_event=[show, recorder])
    return [paced.with_options(deadline=600, max_backoff=20.0), watched]
"""
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
    right = tmp_path_factory.mktemp("app") / "right.py"
    right.write_text(RIGHT)
    apps = [right, *(needs.ROOT / f"examples/{name}.py" for name in ("agency_app", "nightly_sync"))]
    mypy = (sys.executable, "-m", "mypy", "--strict", "--no-color-output")
    return needs.run(*mypy, *apps, wrong).stdout


def test_a_correct_app_passes(report: str) -> None:
    assert "errors in 1 file (checked 4 source files)" in report


@pytest.mark.parametrize(
    ("line", "code"), [(line, code) for line, (_, code) in enumerate(MISTAKES, 3)]
)
def test_a_mistake_is_found(report: str, line: int, code: str) -> None:
    said = [each for each in report.splitlines() if f"wrong.py:{line}: error:" in each]
    assert [f"[{code}]" in each for each in said[:1]] == [True]
