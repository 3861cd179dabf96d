"""Write the generated parts of the guide's pages, which the wheel carries, too."""

from collections.abc import Sequence

from scripts.console import FINDING, NOTHING, command, run
from scripts.docs.parts import ROOT, written
from scripts.files import write_all


def main(arguments: Sequence[str] | None = None) -> int:
    ends = "Exit code: 0 up to date, 1 a page is stale (--check), 2 could not run."
    parser = command("docs", __doc__, ends)
    parser.add_argument("--check", action="store_true", help="write nothing; list stale pages")
    is_check = parser.parse_args(arguments).check
    stale = {path: text for path, text in written().items() if path.read_text() != text}
    if not is_check:
        write_all({path: text.encode() for path, text in stale.items()})
    for path in stale:
        print(f"{'stale' if is_check else 'written'}: {path.relative_to(ROOT)}")
    return FINDING if stale and is_check else NOTHING


if __name__ == "__main__":
    run(main)
