"""What a terminal shows: a table, or on a narrow one its cells one below the other."""

import re
from collections.abc import Callable

import pytest

from facade.testing import Sandbox
from tests.facade.cli.conftest import Command


@pytest.fixture
def association_id(sandbox: Sandbox) -> str:
    """Seed an association of pets; return its id."""
    made = sandbox.seed_association(
        key="owner_pet",
        first_object_label="Owner",
        second_object_key="custom_objects.an_object_of_many_words",
        second_object_label="Pet\x1b[2J",
    )
    found: str = made["id"]
    return found


@pytest.fixture
def listed(
    command: Command, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], list[str]]:
    """List the associations on a terminal of so many columns; return its lines without styles."""

    def run(columns: int) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")  # a dumb one has 80 columns, whatever is said
        status, out, err = command("list")
        assert (status, err) == (0, "")
        return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines()]

    return run


def test_a_narrow_terminal_gets_each_cell_in_a_line_of_its_own(
    listed: Callable[[int], list[str]], association_id: str
) -> None:
    assert listed(40) == [
        "key, id",
        "first object, label",
        "second object, label",
        "",
        "OPPORTUNITIES_CONTACTS_ASSOCIATION",
        "opportunity",
        "contact",
        "",
        "BUSINESSES_CONTACTS_ASSOCIATION",
        "business",
        "contact",
        "",
        "owner_pet",
        f"  {association_id}",
        "contact",
        "  Owner",
        "custom_objects.an_object_of_many_words",
        "  Pet\\x1b[2J",
    ]


@pytest.mark.parametrize(
    ("columns", "header"),
    [
        (77, "key, id                             first object, label  second object, label"),
        (76, "key, id"),
    ],
)
def test_a_table_needs_room_for_its_first_column_and_its_headers(
    listed: Callable[[int], list[str]], columns: int, header: str
) -> None:
    lines = listed(columns)
    assert lines[0] == header
    assert max(map(len, lines)) <= columns
