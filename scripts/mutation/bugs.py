"""The bugs that a round plants: at most one a function before another one gets its second."""

import ast
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from operator import itemgetter
from pathlib import Path
from typing import Any

from scripts.mutation.kinds import Edit, PythonSource, edits
from scripts.openapi.documents import parse
from scripts.programs import run_tool

CODE = ("facade", "scripts")
EQUIVALENTS = "tests/equivalents.yaml"
# Generated files, and benchmarks, which no test judges.
_LEFT_OUT = re.compile(
    r".*/_sync/.*|scripts/benchmarks/.*|facade/(_core/operations|observe/schemas)\.py"
)
_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_OBVIOUS = "returns None"  # nearly any test finds it: after the other kinds


@dataclass(frozen=True)
class Bug:
    """A deliberate bug in a function, or in a value of a module or class."""

    file: str
    function: str
    change: str
    kind: str
    id: str
    line: int
    source: PythonSource
    edit: Edit

    @property
    def text(self) -> str:
        """The text of the file with the bug."""
        return self.source.edited(self.edit)

    def __str__(self) -> str:
        change = f"{self.change:.100}{'...' * (len(self.change) > 100)}"
        return f"{self.file}:{self.line} {self.function}: {self.kind}: {change}"


def bugs_of(root: Path, file: str, lines: Collection[int] | None = None) -> list[list[Bug]]:
    """Return the bugs that a file can have, for each function with one of these lines."""
    source = PythonSource((root / file).read_text("utf-8"))
    return [
        list(_bugs(file, name, source, node))
        for name, node in _functions(source.tree.body)
        if lines is None or any(node.lineno <= line <= node.end_lineno for line in lines)
    ]


def _functions(nodes: Sequence[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the functions and methods, and the values that a module or a class assigns."""
    for node in nodes:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield prefix + node.name, node
            case ast.ClassDef():
                yield from _functions(node.body, f"{prefix}{node.name}.")
            case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target, value=ast.expr()):
                yield prefix + ast.unparse(target), node


def _bugs(file: str, function: str, source: PythonSource, node: ast.AST) -> Iterator[Bug]:
    same = Counter[str]()
    for kind, edit in edits(node, source):
        old = source.data[edit.start : edit.end].decode()
        change = " ".join(f"{old} -> {edit.text.strip() or 'nothing'}".split())
        identity = f"{file} {function} {kind} {change}"
        same[identity] += 1
        line = source.data.count(b"\n", 0, edit.start) + 1
        bug_id = _hash(identity, str(same[identity]))[:8]
        yield Bug(file, function, change, kind, bug_id, line, source, edit)


def sample(functions: Sequence[Sequence[Bug]], number: int, seed: str) -> list[Bug]:
    """Return a number of bugs, the same ones for the same seed; in a function, of all its kinds."""
    queues = [_shuffled(bugs, seed) for bugs in functions if bugs]
    queues.sort(key=lambda queue: _hash(seed, queue[0].file, queue[0].function))
    rounds = (filter(None, each) for each in zip_longest(*queues))
    return list(islice(filter(_can_run, chain.from_iterable(rounds)), number))


def _shuffled(bugs: Sequence[Bug], seed: str) -> list[Bug]:
    """Order the bugs of a function by chance, one of each kind before a second one of any."""
    nth, ranked = Counter({_OBVIOUS: 1}), []
    for bug in sorted(bugs, key=lambda bug: _hash(seed, bug.id)):
        nth[bug.kind] += 1
        ranked.append((nth[bug.kind], bug))
    return [bug for _, bug in sorted(ranked, key=itemgetter(0))]


def _can_run(bug: Bug) -> bool:
    try:
        compile(bug.text, bug.file, "exec")
    except SyntaxError:  # such as `break` outside a loop, or a comma that is left over
        return False
    return True


def _hash(*parts: str) -> str:
    """Return a key that depends on nothing else, so that other code changes no sample."""
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def code_files(root: Path, under: Sequence[str] = CODE) -> list[str]:
    """Return the files below these paths that can have bugs."""
    files = [name for name in project_files(root, under) if name.endswith(".py")]
    return [name for name in files if not _LEFT_OUT.fullmatch(name)]


def project_files(root: Path, under: Sequence[str] = ()) -> list[str]:
    """Return the files below these paths that are in git, or would be added to it."""
    listed = _git(root, "ls-files", "-co", "--exclude-standard", "--", *under).splitlines()
    return [name for name in dict.fromkeys(listed) if (root / name).is_file()]


def changed_lines(root: Path, revision: str) -> dict[str, Collection[int] | None]:
    """Return the lines of each file that differ from a revision; None for all of a new file."""
    new = _git(root, "ls-files", "-o", "--exclude-standard").splitlines()
    changed = defaultdict[str, set[int]](set)
    file = ""
    options = "-U0 --no-color --no-ext-diff --no-prefix".split()
    for line in _git(root, "diff", *options, revision, "--").splitlines():
        if line.startswith("+++ "):
            file = line.removeprefix("+++ ")
        elif hunk := _HUNK.match(line):
            start, count = int(hunk[1]), int(hunk[2] or 1)
            # Between two lines, lines were deleted: both are next to the change.
            changed[file].update(range(start, start + count) if count else (start, start + 1))
    return {**dict.fromkeys(new), **changed}


def last_commit(root: Path) -> str:
    """Return the hash of the last commit: the seed, unless one is given."""
    return _git(root, "rev-parse", "HEAD").strip()


def _git(root: Path, *arguments: str) -> str:
    return run_tool("git", "-c", "core.quotePath=off", *arguments, cwd=root)


def equivalents(root: Path) -> dict[tuple[str, str, str], str]:
    """Return file, function and change of the bugs that no caller can see, each with the reason."""
    path = root / EQUIVALENTS
    files = parse(path.read_bytes(), EQUIVALENTS) if path.exists() else {}
    return {
        (file, function, change): because
        for file, functions in files.items()
        for function, changes in functions.items()
        for change, because in changes.items()
    }
