"""The files of a run: the CSV, the journal, and the failed rows."""

import argparse
from pathlib import Path

from attrs import frozen

from facade._core.files import require_writable


@frozen
class Files:
    """Where a run reads and writes; a stream has no journal and no file of failures unless named.

    It may have other rows the next time: a journal of the same name would say that they are done.
    """

    csv: str
    journal: Path | None
    failures: Path | None

    @classmethod
    def of(cls, options: argparse.Namespace) -> "Files":
        """Return the files of the options, by default next to the CSV."""
        is_file = options.csv != "-" and Path(options.csv).is_file()

        def named(given: Path | None, ending: str) -> Path | None:
            if given is None:
                return Path(options.csv + ending) if is_file else None
            return None if given == Path("-") else given

        return cls(
            csv=options.csv,
            journal=named(options.journal, ".journal"),
            failures=named(options.failures, ".failures.csv"),
        )

    def check(self) -> None:
        """Raise ValueError if two files are the same, OSError if one is missing or not writable."""
        csv = None if self.csv == "-" else Path(self.csv)
        if csv:
            csv.stat()
        given = [one.resolve() for one in (csv, self.journal, self.failures) if one]
        if len({*given}) < len(given):
            raise ValueError("the CSV, the journal and the failures must be three files")
        for path in (self.journal, self.failures):
            if path:
                require_writable(path)
