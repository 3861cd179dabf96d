"""Print a script that lets a shell complete commands and their options."""

import argparse
from collections.abc import Iterable, Sequence
from itertools import chain

from facade.cli import __main__ as cli

# The shell passes the words after the program, up to the one at the cursor: as one text, with a
# space before each, because argparse takes a text -- for its own.
_SCRIPTS = {
    "bash": """\
_highlevel_associations() {
  mapfile -t COMPREPLY < <({program} completion --words=" ${COMP_WORDS[*]:1:COMP_CWORD}")
}
complete -o bashdefault -o default -F _highlevel_associations {program}
""",
    "zsh": """\
_highlevel_associations() {
  local -a found
  found=("${(@f)$({program} completion --words=" ${(j: :)words[2,CURRENT]}")}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _highlevel_associations {program}
""",
    "fish": """\
function _highlevel_associations
  {program} completion --words=' '(string join ' ' -- (commandline -opc)[2..] (commandline -ct))
end
complete -c {program} -a '(_highlevel_associations)'
""",
}
EPILOG = """
examples:
  {command} fish | source    # in config.fish
  source <({command} bash)   # in .bashrc
  source <({command} zsh)    # in .zshrc, after compinit

It reads no settings, such as HIGHLEVEL_TOKEN, and sends nothing.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", nargs="?", choices=[*_SCRIPTS], default="bash", help="the shell")
    parser.add_argument("--words", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    if options.words is None:
        print(_SCRIPTS[options.shell].replace("{program}", cli.PROGRAM), end="")
    else:
        found = _found(options.words.split(" ")[1:])
        print("".join(f"{one}\n" for one in found), end="")  # an empty line would be a completion
    return 0


def _found(words: Sequence[str]) -> list[str]:
    """Return what the last word may become; nothing where it may be a file or any text."""
    *before, last = words
    found: Iterable[str] = () if before else cli.COMMANDS
    if before and before[0] in cli.COMMANDS:
        _, parser = cli.command_of(before[0])
        actions = [one for one in parser._actions if one.help != argparse.SUPPRESS]  # pyright: ignore[reportPrivateUsage]
        options = {name: action for action in actions for name in action.option_strings}
        if last.startswith("-"):
            found = options
        elif before[-1] in options:
            found = options[before[-1]].choices or ()
        else:
            positional = [one.choices or () for one in actions if not one.option_strings]
            found = chain.from_iterable(positional)
    return [one for one in found if one.startswith(last)]
