"""The reference shows what a signature's names stand for, and an example of a method."""

from pathlib import Path
from typing import Any

import griffe

from tests.docs.samples import ROOT

SOURCE = """
from collections.abc import Callable
from typing import TypeVar

__all__ = ["Seconds", "Associations"]
Item = TypeVar("Item")
Seconds = float
_Text = str
_Make = Callable[[Item, Seconds], list[Item]]
_WAIT = 5.0
_LONG = "a text that is too long for a signature, which is shown by its name"

class _Kept: ...

class Associations:
    def __init__(self, wait: Seconds):
        '''Make.'''
        self.wait = wait
        self.made = 0

    def get(self, make: _Make[str], wait: Seconds = _WAIT, text: _Text = _LONG, k: _Kept = id):
        '''Get.'''
"""


def test_private_names_are_replaced_by_what_they_stand_for(tmp_path: Path) -> None:
    (tmp_path / "facade/bulk").mkdir(parents=True)
    (tmp_path / "facade/bulk/__init__.py").touch()
    (tmp_path / "facade/bulk/inner.py").write_text("def replace():\n    'Replace.'\n")
    (tmp_path / "facade/__init__.py").write_text(SOURCE)
    extensions = griffe.load_extensions(str(ROOT / "scripts/docs/signatures.py"))
    package = griffe.load(
        "facade", search_paths=[tmp_path], extensions=extensions, try_relative_path=False
    )
    shown: Any = package["Associations"]
    _, *parameters = shown["get"].parameters
    assert [(str(each.annotation), str(each.default)) for each in parameters] == [
        ("Callable[[str, Seconds], list[str]]", "None"),
        ("Seconds", "5.0"),
        ("str", "_LONG"),
        ("_Kept", "id"),
    ]
    assert [str(shown[name].annotation) for name in ("wait", "made")] == ["Seconds", "int"]
    assert shown["__init__"].docstring.value == "Make."
    inner: Any = package["bulk.inner.replace"]
    assert inner.docstring.value.startswith("Replace.\n\n```python\n")
    assert shown["get"].docstring.value.startswith("Get.\n\n```python\n")
