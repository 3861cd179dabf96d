"""The places where an app uses the facade, with their confidence."""

from collections.abc import Set
from pathlib import Path

import pytest

from scripts.contract.impact.apps import AppUse, read_apps
from scripts.contract.impact.breaks import Subject
from scripts.contract.impact.facade import FacadeMethod, read_facade
from scripts.errors import CannotRunError
from tests.diff.reviewing import ROOT

FACADE = read_facade(ROOT / "facade")
IMPORT = "from facade import AssociationsClient as C, AsyncAssociationsClient\n"
APP = """\
def direct(token: str) -> None:
    with C(token, "l") as api:
        found = api.associations.update("a", first_object_label="x", second_object_label="y")
        print(found.first_object_label)
        for relation in api.relations.iterate("r"):
            print(relation.first_record_id)
        print([each.key for each in api.associations.list().items])

class Service:
    def __init__(self, client: AsyncAssociationsClient) -> None:
        self.client = client.for_location("m")
    async def read(self):
        association = await self.client.associations.get("a")
        return association.key

def unknown(thing, other: object):
    thing.associations.delete("a")
    return other.second_object_label, other.nothing
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return tmp_path / "app.py"


def uses(app: Path, text: str) -> list[AppUse]:
    app.write_text(text)
    return read_apps([app], FACADE)


def test_calls_and_fields_of_an_app_are_found_with_their_confidence(app: Path) -> None:
    assert [(use.line - 1, use.name, use.confidence) for use in uses(app, IMPORT + APP)] == [
        (3, "associations.update", "certain"),
        (4, "Association.first_object_label", "certain"),
        (5, "relations.iterate", "certain"),
        (6, "Relation.first_record_id", "certain"),
        (7, "Association.key", "certain"),
        (7, "associations.list", "certain"),
        (13, "associations.get", "certain"),
        (14, "Association.key", "certain"),
        (17, "associations.delete", "likely"),
        (18, "Association.second_object_label", "possible"),
    ]
    assert uses(app, IMPORT.replace("facade", "elsewhere") + APP) == []


def test_a_client_may_have_any_name(app: Path) -> None:
    for text, name in (
        ("relations = C('t', 'l').relations\nrelations.delete('a')", "relations.delete"),
        ("C.from_env().relations.delete('a')", "relations.delete"),
        ("def use(pet: 'facade.Association'): return pet.key", "Association.key"),
    ):
        (use,) = uses(app, IMPORT + text)
        assert str(use).endswith(f"app.py:{use.line} uses {name} (certain)")
        assert (use.name, use.confidence) == (name, "certain")
    for call in ("thing.for_location('m')", "O('t', 'l')"):
        (use,) = uses(app, f"{IMPORT}from facade import Other as O\n{call}.relations.delete('a')")
        assert use.confidence == "likely"


def test_installed_packages_and_hidden_folders_are_ignored(tmp_path: Path) -> None:
    for folder in (".venv", "env/lib/site-packages"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "template.py").write_text("def {{ name }}(")
    (tmp_path / "env/app.py").write_text(f"{IMPORT}C('t', 'l').relations.delete('a')")
    assert [use.line for use in read_apps([tmp_path], FACADE)] == [2]


def test_an_app_that_cannot_be_read_is_an_error(app: Path) -> None:
    with pytest.raises(CannotRunError, match="no app at"):
        read_apps([app], FACADE)
    with pytest.raises(CannotRunError, match="cannot read the app") as caught:
        uses(app, "def (")
    assert isinstance(caught.value.__cause__, SyntaxError)


NONE: frozenset[str] = frozenset()
METHOD = FacadeMethod("pets.list", (), "", "Page[Pet]", ("limit", "skip"))
LIMIT = Subject("limit", "query", is_sent=True)
NEEDED = LIMIT._replace(must_be_sent=True)


def test_a_call_breaks_if_it_uses_what_broke() -> None:
    calls: list[tuple[Subject, Set[str] | None, str | None]] = [
        (Subject(), NONE, "certain"),  # the operation itself
        (LIMIT, {"limit"}, "certain"),
        (LIMIT, {"skip"}, None),
        (LIMIT, None, "possible"),
        (NEEDED, {"limit"}, None),
        (NEEDED, NONE, "certain"),
        (LIMIT._replace(name="other"), NONE, "certain"),  # the app cannot pass it
        (Subject("name"), {"limit"}, None),  # a field that the call itself does not read
    ]
    for subject, passed, expected in calls:
        arguments = None if passed is None else frozenset(passed)
        use = AppUse("app.py", 1, "pets.list", "certain", arguments)
        found = use.breaks(subject, METHOD)
        assert (found and found.confidence) == expected
        assert use.breaks(subject, None) == use  # a field breaks if it is read


def test_the_arguments_of_a_call_are_read(app: Path) -> None:
    calls: dict[str, set[str] | None] = {
        "list(skip=1, limit=2)": {"skip", "limit"},
        "list()": set(),
        "list(**options)": None,
        "list(extra_query={'limit': 1})": None,
        "list": None,
    }
    for call, passed in calls.items():
        (use,) = uses(app, f"{IMPORT}found = C('t', 'l').associations.{call}\n")
        assert use.passed == passed
