"""The guide names every error once, and no page repeats a number of the retry policy by hand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from facade import bulk
from facade._core.methods import METHODS
from facade._core.retry import DEADLINE, MAX_ELAPSED, MAX_RETRY_AFTER, RETRIES
from scripts.docs.parts import PARTS
from tests.docs.samples import ROOT, by_hand
from tests.witnesses.reading import WITNESSES

PAGES = ["guide/bulk.md", "guide/ensure.md", "guide/errors.md", "guide/waits.md", "compared.md"]
GUIDE = sorted((ROOT / "docs/guide").glob("*.md"))
# "HighLevel" and a verb: HighLevel refuses, HighLevel may swap.
STATES = r"\bHighLevel (?!(and|for|in|on|or|to|with|without)\b)[a-z]+"
FIGURES = ["assets/figures/call.svg"]


@pytest.mark.parametrize("page", [*PAGES, *FIGURES])
def test_no_page_has_a_number_of_the_retry_policy_by_hand(page: str) -> None:
    text = by_hand((ROOT / "docs" / page).read_text())
    text = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    seconds = [f"{each:g}" for each in (DEADLINE, MAX_ELAPSED, MAX_RETRY_AFTER)]
    numbers = rf"\b({'|'.join(seconds)}) s\b|\b(\d+|seven|three) (times|retries)\b|minutes?\b"
    assert [found[0] for found in re.finditer(numbers, text)] == []
    assert f"up to {RETRIES}" not in text


def statements(text: str) -> Iterator[str]:
    """Yield what a page says HighLevel does: paragraphs, and entries of lists and of tables.

    Below a heading about HighLevel, each of them says so.
    """
    is_about = False
    for block in re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S).strip().split("\n\n"):
        lines = block.strip()
        if lines.startswith("#"):
            is_about = lines.lstrip("# ").startswith("HighLevel's")
        elif lines:
            is_list = lines.startswith("- ")
            entries = re.split(r"\n(?=- )", lines) if is_list else [lines]
            for entry in lines.splitlines()[2:] if lines.startswith("|") else entries:
                if is_about or re.search(STATES, " ".join(entry.split())):
                    yield entry


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.stem)
def test_what_the_guide_says_of_highlevel_has_a_witness(page: Path) -> None:
    for stated in statements(by_hand(page.read_text())):
        names = re.findall(r"\.\./contract/witnesses\.md#([\w-]+)", stated)
        assert names, stated
        assert [each for each in names if each not in WITNESSES] == []


def test_the_sample_of_a_patient_job_asks_for_what_a_run_of_bulk_asks_for() -> None:
    waits = (ROOT / "docs/guide/waits.md").read_text()
    asked = re.search(r"with_options\((.*?)\)", waits[waits.index("```python\nwith") :])
    assert asked is not None
    assert [f"`{each}`" in PARTS["patience"](ROOT) for each in asked[1].split(", ")] == [True, True]


def test_every_method_and_function_of_bulk_has_an_example() -> None:
    headings = re.findall(r"^### `([\w.]+)`$", (ROOT / "docs/guide/methods.md").read_text(), re.M)
    functions = [name for name in bulk.__all__ if name.islower() and not name.startswith("a")]
    assert {*METHODS, *(f"bulk.{name}" for name in functions)} - {*headings} == set()
