"""completion: what a shell offers for the word at the cursor."""

import sys
from pathlib import Path

import pytest

from facade.cli.__main__ import COMMANDS, main
from tests import needs

ROOT = Path(__file__).parents[3]


def test_a_word_is_completed_to_commands_options_or_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words, found in (
        ("", [*COMMANDS]),
        ("link --co", ["--column", "--concurrency"]),
        ("link pets.csv --pace of", ["off"]),
        ("completion ", ["bash", "zsh", "fish"]),
        ("completion --wo", []),
        ("link pets", []),  # any file
        ("link pets.csv --journal p", []),
        ("completion --", ["--help"]),
        ("nothing --", []),
        ("--", []),
    ):
        assert main(["completion", f"--words= {words}"]) == 0
        assert capsys.readouterr().out == "".join(f"{one}\n" for one in found)
    assert main(["completion", "zsh"]) == 0
    *_, last = capsys.readouterr().out.split("\n")[:-1]
    assert last == "compdef _highlevel_associations highlevel-associations"


def test_bash_asks_the_command_for_its_words(tmp_path: Path) -> None:
    script = f"""
        highlevel-associations() {{ {sys.executable} -m facade.cli "$@"; }}
        source <(highlevel-associations completion bash)
        for word in --dry -- pets; do
            COMP_WORDS=(highlevel-associations link $word) COMP_CWORD=2
            _highlevel_associations
            echo "${{#COMPREPLY[@]}} ${{COMPREPLY[-1]}}"
        done
    """
    done = needs.run("bash", "-c", script, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})
    dry, every, none = done.stdout.splitlines()
    assert (dry, none) == ("1 --dry-run", "0 "), done.stderr  # a file is completed without a word
    assert int(every.split()[0]) > 10
