"""What a finding means for the facade, for an app, and for the next version."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.diff.load import Contract
from scripts.contract.diff.meaning.apps import read_apps
from scripts.contract.diff.meaning.facade import read_facade
from scripts.contract.diff.meaning.verdict import explain, next_version
from scripts.contract.diff.review import Review, review
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import dump
from tests.contract.diff_documents import Json, operation

ROOT = Path(__file__).parents[2]
CONTRACT: Json = json.loads((ROOT / "openapi/associations.json").read_text())
CAPTURED: Json = json.loads((ROOT / "openapi/captured/2021-07-28.json").read_text())
ONE = CAPTURED["paths"]["/associations/{associationId}"]


def explained(old: Json, new: Json, *apps: Path) -> Review:
    """Review two documents and say what it means for our own facade."""
    ours, theirs = (Contract("it.json", each, {"": dump(each)}) for each in (old, new))
    given = review(ours, theirs)
    explain(given, ROOT, CONTRACT, list(apps))
    return given


def moved(edit: Callable[[Json], Any], *apps: Path) -> Review:
    """Review what an edit of the captured document means."""
    new = copy.deepcopy(CAPTURED)
    edit(new)
    return explained(CAPTURED, new, *apps)


def touched(given: Review) -> list[str]:
    """Name what is touched; what is shielded in brackets."""
    entries = [each for judged in given.findings for each in judged.facade]
    return sorted({f"({each.name})" if each.shielded else each.name for each in entries})


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/associations/", "get", ["associations.iterate", "associations.list"]),
        ("/associations/", "post", ["associations.create"]),
        ("/associations/{associationId}", "get", ["associations.get"]),
        ("/associations/{associationId}", "put", ["associations.update"]),
        ("/associations/{associationId}", "delete", ["associations.delete"]),
        ("/associations/key/{key_name}", "get", ["associations.get_by_key"]),
        ("/associations/objectKey/{objectKey}", "get", ["associations.list_for_object"]),
        ("/associations/relations", "post", ["relations.create"]),
        ("/associations/relations/{recordId}", "get", ["relations.iterate", "relations.list"]),
        ("/associations/relations/{relationId}", "delete", ["relations.delete"]),
    ],
)
def test_an_operation_that_is_gone_touches_the_methods_that_call_it(
    path: str, method: str, expected: list[str]
) -> None:
    given = moved(lambda document: document["paths"][path].pop(method))
    assert set(expected) <= {entry.name for entry in given.findings[0].facade}
    assert given.verdict.startswith("facade must change (facade/")


def _rename(document: Json) -> None:
    document["paths"]["/associations/{associationId}"]["put"]["operationId"] = "renamed"


def test_a_renamed_operation_is_shielded_and_only_regenerated() -> None:
    given = moved(_rename)
    assert touched(given) == ["(associations.update)"]
    assert (given.verdict, given.next_version) == ("regenerate", "0.1.1")


def _move(document: Json) -> None:
    document["paths"]["/links/{associationId}"] = document["paths"].pop(
        "/associations/{associationId}"
    )


def test_a_moved_operation_is_shielded_once_the_code_is_regenerated() -> None:
    given = moved(_move)
    assert [each.finding.rule for each in given.findings] == ["operation-moved"] * 3
    assert {"(associations.update)", "(associations.delete)"} <= set(touched(given))
    assert (given.verdict, given.next_version) == ("regenerate", "0.1.1")


def test_what_else_differs_in_a_moved_operation_touches_its_methods() -> None:
    def edit(document: Json) -> None:
        _move(document)
        must = {"name": "a", "in": "query", "required": True, "schema": {"type": "string"}}
        document["paths"]["/links/{associationId}"]["put"]["parameters"].append(must)

    given = moved(edit)
    assert "associations.update" in touched(given)
    assert given.verdict == "facade must change (facade/associations.py)"


def _answer(document: Json) -> Json:
    answer = document["paths"]["/associations/{associationId}"]["put"]["responses"]["200"]
    name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema: Json = document["components"]["schemas"][name]
    return schema


def test_a_response_field_that_a_model_carries_is_not_shielded() -> None:
    given = moved(lambda document: _answer(document)["properties"].pop("firstObjectLabel"))
    assert "Association.first_object_label" in touched(given)
    assert "associations.update" in touched(given)
    # The same schema answers for relations, whose model does not carry the field.
    assert "(relations.delete)" in touched(given)
    assert given.verdict.startswith("facade must change (")
    assert given.next_version == "0.2.0"


def test_a_new_value_of_an_open_text_is_shielded() -> None:
    def listed(values: list[str]) -> Json:
        document = copy.deepcopy(CAPTURED)
        field = {"type": "string", "enum": values}
        _answer(document)["properties"]["associationType"] = field
        return document

    given = explained(listed(["a"]), listed(["a", "b"]))
    assert given.findings[0].finding.wire == "breaking"
    assert "(Association.association_type)" in touched(given)
    assert all(name.startswith("(") for name in touched(given))
    assert given.verdict == "regenerate"


def test_what_the_facade_does_not_call_is_nothing_to_do() -> None:
    given = explained(operation(), operation(operationId="renamed"))
    assert given.verdict == "nothing to do: the facade calls none of the operations concerned"
    assert given.next_version is None


def test_what_is_safe_under_both_lenses_is_nothing_to_do() -> None:
    given = moved(lambda document: document["info"].update(version="9"))
    assert (given.verdict, given.next_version) == ("nothing to do", None)


APP = """\
import asyncio
from facade import AssociationsClient, AsyncAssociationsClient

def direct(token: str) -> None:
    with AssociationsClient(token, "l") as client:
        found = client.associations.update("a", first_object_label="x", second_object_label="y")
        print(found.first_object_label)
        for relation in client.relations.iterate("r"):
            print(relation.first_record_id)
        print([each.key for each in client.associations.list().items])

class Service:
    def __init__(self, client: AsyncAssociationsClient) -> None:
        self.client = client.for_location("m")
    async def read(self):
        association = await self.client.associations.get("a")
        return association.key

def unknown(thing, other):
    thing.associations.delete("a")
    return other.second_object_label, other.nothing
"""


def test_calls_and_fields_of_an_app_are_found_with_how_sure_that_is(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(APP)
    uses = read_apps([tmp_path], read_facade(ROOT / "facade"))
    assert [(use.line, use.uses, use.sure) for use in uses] == [
        (6, "associations.update", "certain"),
        (7, "Association.first_object_label", "certain"),
        (8, "relations.iterate", "certain"),
        (9, "Relation.first_record_id", "certain"),
        (10, "Association.key", "certain"),
        (10, "associations.list", "certain"),
        (16, "associations.get", "certain"),
        (17, "Association.key", "certain"),
        (20, "associations.delete", "likely"),
        (21, "Association.second_object_label", "possible"),
    ]


def test_an_app_may_call_the_client_otherwise_and_get_its_methods_by_name(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(
        "from facade import AssociationsClient as C\n"
        "nouns = C('t', 'l').relations\n"
        "def use(client: C) -> None:\n"
        "    nouns.delete('a')\n"
        "    getattr(client.associations, 'delete')('a')\n"
    )
    uses = read_apps([path], read_facade(ROOT / "facade"))
    assert [(use.line, use.uses, use.sure) for use in uses] == [
        (4, "relations.delete", "certain"),
        (5, "associations.delete", "certain"),
    ]


def test_what_is_installed_beside_an_app_is_not_its_own(tmp_path: Path) -> None:
    for folder in (".venv", "env/lib/site-packages"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "template.py").write_text("def {{ name }}(")
    assert read_apps([tmp_path], read_facade(ROOT / "facade")) == []


def test_an_app_breaks_where_it_uses_what_is_not_shielded(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(APP)
    put = "/associations/{associationId}"
    given = moved(lambda document: document["paths"][put].pop("put"), tmp_path)
    assert [(use.line, use.uses) for use in given.findings[0].apps] == [(6, "associations.update")]
    assert given.verdict == f"apps break ({path}:6)"


def test_code_that_does_not_import_the_facade_uses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(APP.replace("from facade import", "from elsewhere import"))
    assert read_apps([path], read_facade(ROOT / "facade")) == []


@pytest.mark.parametrize(("text", "why"), [("def (", "cannot read the app"), (None, "no app at")])
def test_an_app_that_cannot_be_read_is_said(tmp_path: Path, text: str | None, why: str) -> None:
    if text is not None:
        (tmp_path / "app.py").write_text(text)
    with pytest.raises(CannotRunError, match=why):
        read_apps([tmp_path / "app.py"], read_facade(ROOT / "facade"))


@pytest.mark.parametrize(
    ("now", "step", "then"),
    [
        ("0.1.0", "minor", "0.1.1"),
        ("0.1.2", "major", "0.2.0"),
        ("1.4.2", "minor", "1.5.0"),
        ("1.4.2", "major", "2.0.0"),
    ],
)
def test_a_break_is_a_major_step_and_before_1_0_a_minor_one(now: str, step: str, then: str) -> None:
    assert next_version(f'"""Which."""\n\n__version__ = "{now}"\n', step) == then
