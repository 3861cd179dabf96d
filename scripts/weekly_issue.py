"""Keep one open issue of this repository about the weekly tests that fail."""

from collections.abc import Sequence
from pathlib import Path

from scripts.console import NOTHING, command, run
from scripts.github import EPILOG, LONGEST, close, keep

LABEL = "weekly"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command("weekly_issue", __doc__, EPILOG)
    parser.add_argument("failed", type=Path, help="a file with the commands that failed, if any")
    parser.add_argument("outputs", type=Path, nargs="+", help="the output of each command")
    options = parser.parse_args(arguments)
    failed = options.failed.read_text("utf-8").splitlines() if options.failed.exists() else []
    title = f"The weekly run fails: {', '.join(failed)}" if failed else ""
    body = "\n".join(_end_of(output, LONGEST // len(options.outputs)) for output in options.outputs)
    if title:
        print(keep("issue", LABEL, title, body, "The weekly run has failed"))
    else:
        print(close("issue", LABEL, "The weekly run passes again."))
    return NOTHING


def _end_of(output: Path, characters: int) -> str:
    end = output.read_text("utf-8", "replace")[100 - characters :]  # less what stands around it
    return f"{output.name}:\n\n```\n{end.strip()}\n```\n"


if __name__ == "__main__":
    run(main)
