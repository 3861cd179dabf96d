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
        """Return the files that the options name, or those beside the CSV."""
        is_file = options.csv != "-" and Path(options.csv).is_file()
        return cls(
            csv=options.csv,
            journal=options.journal or (Path(f"{options.csv}.journal") if is_file else None),
            failures=options.failures or (Path(f"{options.csv}.failures.csv") if is_file else None),
        )

    def check(self) -> None:
        """Raise ValueError if two are the same, OSError if one is missing or cannot be written."""
        csv = None if self.csv == "-" else Path(self.csv)
        if csv:
            csv.stat()
        given = [one.resolve() for one in (csv, self.journal, self.failures) if one]
        if len({*given}) < len(given):
            raise ValueError("the CSV, the journal and the failures must be three files")
        if self.failures:
            require_writable(self.failures)
