"""A program in the place of GitHub's gh, which lists what is open, and records its calls."""

import json
from pathlib import Path

from tests.diff.documents import Json

URL = "https://github.example/7"


class GitHub:
    """Replaces gh in a folder, which must come first in PATH."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self._log = folder, folder / "log"
        self._log.touch()
        program = folder / "gh"
        program.write_text(
            "#!/bin/sh\n"
            f'printf "%s\\\\0" "$@" >> "{self._log}"\n'
            f'case "$2" in list) cat "{folder}/$1.json" 2>/dev/null || true;;\n'
            # The body: of the file that --body-file names, or of the standard input.
            f'comment) for file; do :; done; cat "$file" >> "{self._log}";;\n'
            f'*) case "$*" in *" --body-file -"*) cat >> "{self._log}";; esac\n'
            f'  echo "{URL}";; esac\n'
            f'printf "\\\\0END\\\\0" >> "{self._log}"\n'
        )
        program.chmod(0o755)

    def open(self, kind: str, *listed: Json) -> None:
        (self._folder / f"{kind}.json").write_text(json.dumps(listed))

    @property
    def calls(self) -> list[list[str]]:
        """The calls of gh that change something; the body comes last."""
        calls = [call.split("\0") for call in self._log.read_text().split("\0END\0")[:-1]]
        return [call for call in calls if call[1] != "list"]
