"""Hidden characters in foreign text are made visible."""

import json

import pytest

from scripts.visible import visible, visible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, tab\tand é, 中, 👍", "plain text, tab\tand é, 中, 👍"),
        ("\x1b[31mred\x07", "\\u001b[31mred\\u0007"),
        ("a\nb\rc\x85", "a\\nb\\rc\\u0085"),
        ("\u202egnp.exe\u2066\u200f\u061c", "\\u202egnp.exe\\u2066\\u200f\\u061c"),
        ("a\u200bb\u2060c\ufeffd\xade\u2028", "a\\u200bb\\u2060c\\ufeffd\\u00ade\\u2028"),
        ("\U000e0041\ud800", "\\udb40\\udc41\\ud800"),
    ],
)
def test_hidden_characters_are_written_as_json_writes_them(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert json.loads(f'"{shown}"'.replace("\t", " ")) == text.replace("\t", " ")


def test_lines_stay_lines() -> None:
    assert visible_lines("a\n\u202eb\n") == "a\n\\u202eb\n"
