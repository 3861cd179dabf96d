"""The MkDocs hooks insert generated parts and set the search boost of pages."""

from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.exceptions import PluginError

from scripts.docs.hooks import ROOT, on_page_markdown
from scripts.docs.parts import PARTS


def page(name: str, **meta: Any) -> SimpleNamespace:
    """Return an MkDocs page with this file name."""
    return SimpleNamespace(file=SimpleNamespace(src_uri=name), meta=meta)


def test_each_placeholder_of_a_part_is_replaced_by_the_part() -> None:
    source = "# A\n\n<!-- part: {} -->\n\n`<!-- part: facts -->`\n\n<!-- part: {} -->\n"
    made = on_page_markdown(source.format("facts", "error-tree"), page=page("guide/a.md"))
    facts, tree = PARTS["facts"](ROOT), PARTS["error-tree"](ROOT)
    assert made == f"# A\n\n{facts}\n\n`<!-- part: facts -->`\n\n{tree}\n"


def test_an_unknown_part_is_an_error_that_names_the_page() -> None:
    with pytest.raises(
        PluginError, match=r"guide/a\.md: there is no part fieldz; known: advice, call"
    ):
        on_page_markdown("# A\n\n<!-- part: fieldz -->\n", page=page("guide/a.md"))


def test_the_search_boost_of_a_page_depends_on_its_folder() -> None:
    boosts: dict[str, float] = {"start/first.md": 2, "guide/errors.md": 2, "reference/errors.md": 1}
    boosts |= {"index.md": 1, "contract/fields.md": 0.5, "maintain/index.md": 0.5}
    for name, boost in boosts.items():
        made = page(name, search={"exclude": False})
        on_page_markdown("# A\n", page=made)
        assert made.meta == {"search": {"exclude": False, "boost": boost}}, name
