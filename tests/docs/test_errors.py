"""The trees of errors, and their entries in the reference."""

from pathlib import Path

import pytest

from scripts.docs import errors
from scripts.docs.parts import ROOT

MODULE = '''
class Error(Exception):
    """Base of `all`. More."""

class _Status(Error):
    def __init__(self, status):
        self.status = status
        self.body, self.text = status.body, ""

    def name(self):
        return self.text

    def _hidden(self): ...

class Refused(_Status):
    """Refused; it says why."""

class Denied(Refused):
    """Denied"""

class Lost(Error):
    """Lost e.g. by the network."""

class _Other(Exception): ...
NOT_AN_ERROR = 1
'''
TREE = """```text
Error           Base of all
├── Refused     Refused
│   └── Denied  Denied
└── Lost        Lost e.g
```"""
REFERENCE = """::: facade.a.Error
    options: {more}

::: facade.a.Refused
    options: {inherited_members: [name, status, body, text], show_bases: false, more}

::: facade.a.Denied
    options: {merge_init_into_class: false, more}

::: facade.a.Lost
    options: {merge_init_into_class: false, more}"""


def test_the_public_errors_of_a_module_are_drawn_and_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "failures_of_a_test.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    assert errors.tree("failures_of_a_test", ROOT) == TREE
    made = errors.reference("failures_of_a_test", "facade.a", ROOT, options=["more"])
    assert made == REFERENCE
