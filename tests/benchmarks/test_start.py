"""The requests of new processes whose start is measured."""

import sys
from pathlib import Path

import pytest

from scripts.benchmarks import start
from scripts.benchmarks.figures import Effort
from tests.benchmarks.recording import PUT, Recording

ROOT = Path(__file__).parents[2]


def test_the_first_call_of_a_process_is_the_same_on_both_sides(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "serving", recorded.serving)
    monkeypatch.setattr(start, "with_wheel", lambda: Path(sys.executable))
    monkeypatch.setattr(start, "ENVIRONMENTS", ROOT)  # instead of the installed wheel
    monkeypatch.setattr(start, "STARTS", 1)
    imported, called = start.cold(Effort())
    assert imported.name == "import: facade / httpx"
    assert called.name == "import, client, first PUT: facade / httpx"
    assert len(imported.ratios) == len(called.ratios) == 1
    assert recorded.sent == [PUT] * 2 * 2  # sides, a warm-up and one round


def test_each_of_two_clients_makes_a_first_and_a_second_call(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "serving", recorded.serving)
    monkeypatch.setattr(start, "CLIENTS", 1)
    (figure,) = start.clients(Effort())
    assert figure.name == "a client and its connections: second / first"
    assert len(figure.ratios) == 1
    assert recorded.sent == [PUT] * 2 * 2


def test_the_environment_of_the_wheel_depends_on_its_content(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stamps: list[str] = []

    def make_once(folder: Path, stamp: str, wheel: Path) -> Path:
        assert folder == ROOT / "build" / "bench" / "wheel"
        assert wheel.name == "it.whl"
        stamps.append(stamp)
        return folder

    monkeypatch.setattr(start, "make_once", make_once)
    for content in ("old", "old", "new"):

        def build_wheel(folder: Path, content: str = content) -> Path:
            wheel = folder / "it.whl"
            wheel.write_text(content)
            return wheel

        monkeypatch.setattr(start, "build_wheel", build_wheel)
        start.with_wheel()
    first, again, changed = stamps
    assert first == again != changed
