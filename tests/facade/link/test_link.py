"""python -m facade.link: a CSV of pairs, linked without writing code."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from facade.bulk import Progress
from facade.link import display
from facade.link.__main__ import main
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import environment, held_process, related_pairs, seed_owner_pet

KEY = ["--association", "owner_pet"]


@pytest.fixture
def folder(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in an empty folder, with an environment that leads to the sandbox."""
    seed_owner_pet(sandbox)
    monkeypatch.chdir(tmp_path)
    with sandbox.serve() as server:
        for name, value in environment(sandbox, server.url).items():
            monkeypatch.setenv(name, value)
        yield tmp_path


@pytest.fixture
def link(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command on the text of a CSV; give exit status, standard output and error."""

    def run(content: str | bytes, *options: str, key: list[str] = KEY) -> tuple[int, str, str]:
        data = content.encode() if isinstance(content, str) else content
        (folder / "pets.csv").write_bytes(data)
        status = main(["pets.csv", *key, *options])
        return status, *capsys.readouterr()

    return run


def test_all_pairs_are_linked_and_summed_up(link: Any, sandbox: Sandbox, folder: Path) -> None:
    status, out, err = link("contact,custom_objects.pet\nc1,p1\nc2,p2\n")
    assert related_pairs(sandbox) == [("c1", "p1"), ("c2", "p2")]
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "owner_pet in location sandbox-location: contact to custom_objects.pet",
        "2 pairs",
        "2 created, 0 existing, 0 failed",
    ]
    assert sorted(one.name for one in folder.iterdir()) == ["pets.csv", "pets.csv.journal"]


@pytest.mark.parametrize(
    "content",
    [
        "contact,custom_objects.pet\nc1,p1\n",
        "contact,custom_objects.pet\r\nc1,p1",
        "\ufeffcontact,custom_objects.pet\nc1,p1\n",
        "contact;custom_objects.pet\nc1;p1\n",
        "contact\tcustom_objects.pet\nc1\tp1\n",
        "\n\ncontact,custom_objects.pet\n\n,\nc1,p1\n  ,  \n\n",
        ' contact , Custom_Objects.Pet \n c1 ,"  p1"\n',
        '"contact","custom_objects.pet"\n"c1","p1"\n',
        'Name;custom_objects.pet;contact\n"Smith; Anna\nand ""Bo""";p1;c1\n',
        "contact,custom_objects.pet,note\nc1,p1\n",
        "contact,custom_objects.pet\nc1,p1,,\n",
        "contact,custom_objects.pet\nc1,p1\nc1,p1\n c1,p1\n",
        "Größe,contact,custom_objects.pet\nü,c1,p1\n",
    ],
)
def test_a_csv_is_read_as_people_and_their_programs_write_it(
    link: Any, sandbox: Sandbox, content: str
) -> None:
    status, out, _ = link(content)
    assert (status, related_pairs(sandbox)) == (0, [("c1", "p1")])
    assert out.splitlines()[-1] == "1 created, 0 existing, 0 failed"
    assert len([one for one in sandbox.requests if one.method == "POST"]) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "pets.csv is empty"),
        ("\n \n", "pets.csv is empty"),
        (
            "contact,pet\nc1,p1\n",
            "pets.csv has no column 'custom_objects.pet'; it has contact, pet",
        ),
        ("c1,p1\nc2,p2\n", "pets.csv has no column 'contact'; it has c1, p1"),
        (
            "contact,custom_objects.pet,Contact\nc1,p1,c2\n",
            "pets.csv has the column 'contact' twice",
        ),
        (
            "contact,custom_objects.pet\nc1,p1\nJos\xe9,p2\n".encode("latin-1"),
            "pets.csv, line 3, is not UTF-8: save it as CSV UTF-8",
        ),
        (
            "contact,custom_objects.pet\n".encode("utf-16"),
            "pets.csv, line 1, is not UTF-8: save it as CSV UTF-8",
        ),
        (
            'contact,custom_objects.pet\n"c1,p1\nc2,p2\n',
            "pets.csv is no CSV: unexpected end of data; is a quotation mark left open?",
        ),
    ],
)
def test_a_csv_that_cannot_be_used_is_one_clear_line_and_nothing_is_sent(
    link: Any, sandbox: Sandbox, content: str | bytes, said: str
) -> None:
    assert link(content) == (2, "", f"error: {said}\n")
    assert related_pairs(sandbox) == []


def test_a_header_alone_is_no_error(link: Any) -> None:
    status, out, _ = link("contact,custom_objects.pet\n")
    assert (status, out.splitlines()[1:]) == (0, ["0 pairs", "0 created, 0 existing, 0 failed"])


def test_an_object_with_itself_has_the_columns_first_and_second(
    link: Any, sandbox: Sandbox
) -> None:
    sandbox.seed_association(key="student_tutor")
    content = "second,first\ntutor,student\n"
    assert link(content, key=["--association", "student_tutor"])[0] == 0
    assert related_pairs(sandbox) == [("student", "tutor")]


def test_an_association_of_the_system_is_named_by_its_key(link: Any, sandbox: Sandbox) -> None:
    content = "contact,business\nc1,b1\n"
    assert link(content, key=["--association", "BUSINESSES_CONTACTS_ASSOCIATION"])[0] == 0
    assert related_pairs(sandbox) == [("b1", "c1")]


def test_a_wrong_key_is_answered_with_the_right_ones(link: Any) -> None:
    assert link("contact,custom_objects.pet\n", key=["--association", "pets"]) == (
        2,
        "",
        "error: there is no association 'pets' in sandbox-location; there are "
        "OPPORTUNITIES_CONTACTS_ASSOCIATION, BUSINESSES_CONTACTS_ASSOCIATION, owner_pet\n",
    )


FAILING = "Name;contact;custom_objects.pet\nAnna;p9;c9\nBo;c2;p2\nCy;;p3\nDi;c4;p4;x\nEd;c5\n"
REPAIRED = "Name;contact;custom_objects.pet\nAnna;c9;p9\nBo;c2;p2\nCy;c3;p3\n"


def test_rows_that_fail_are_written_down_whole_with_why_and_can_be_fed_back(
    link: Any, sandbox: Sandbox, folder: Path
) -> None:
    sandbox.declare_record("p9", "custom_objects.pet")
    status, out, _ = link(FAILING)
    assert (status, related_pairs(sandbox)) == (1, [("c2", "p2")])
    assert out.splitlines()[-2:] == [
        "1 created, 0 existing, 4 failed",
        "What failed, and why: pets.csv.failures.csv. Repair and link it.",
    ]
    failures = folder / "pets.csv.failures.csv"
    refusal = "POST /associations/relations answered 422: Invalid record id : 'p9' for association"
    assert failures.read_text().splitlines() == [
        "Name;contact;custom_objects.pet;error",
        f"Anna;p9;c9;{refusal} : owner_pet",
        "Cy;;p3;line 4 has no contact",
        "Di;c4;p4;line 5 has 4 fields, the header 3;x",
        "Ed;c5;;line 6 has no custom_objects.pet",
    ]
    text = failures.read_text()
    failures.write_text(text.replace("p9;c9", "c9;p9").replace("Cy;;", "Cy;c3;"))
    assert main([str(failures), *KEY]) == 1
    assert related_pairs(sandbox) == [("c2", "p2"), ("c3", "p3"), ("c9", "p9")]
    again = (folder / "pets.csv.failures.csv.failures.csv").read_text().splitlines()
    assert [line.split(";")[0] for line in again] == ["Name", "Di", "Ed"]
    assert again[0] == "Name;contact;custom_objects.pet;error"


def test_failures_of_a_run_that_is_mended_are_taken_away(
    link: Any, sandbox: Sandbox, folder: Path
) -> None:
    sandbox.declare_record("p9", "custom_objects.pet")
    assert link(FAILING)[0] == 1
    status, out, _ = link(REPAIRED)
    assert (status, out.splitlines()[-2:]) == (
        0,
        [
            "3 created, 0 existing, 0 failed",
            "1 of them known from pets.csv.journal",
        ],
    )
    assert not (folder / "pets.csv.failures.csv").exists()


def test_a_byte_order_mark_comes_back_in_the_failures(link: Any, folder: Path) -> None:
    link("\ufeffcontact,custom_objects.pet\nc1,\n")
    assert (folder / "pets.csv.failures.csv").read_bytes().startswith(b"\xef\xbb\xbfcontact,")


def test_a_dry_run_checks_all_and_leaves_no_trace(
    link: Any, sandbox: Sandbox, folder: Path
) -> None:
    status, out, err = link("contact,custom_objects.pet\nc1,p1\nc1,p1\nc2,\n", "--dry-run")
    assert (status, err) == (1, "")
    assert out.splitlines()[1:] == [
        "1 pair, 1 repeated left out, 1 unusable",
        "  line 4 has no custom_objects.pet",
        "Nothing was sent.",
    ]
    assert [one.method for one in sandbox.requests] == ["GET"]
    assert [one.name for one in folder.iterdir()] == ["pets.csv"]
    assert link("contact,custom_objects.pet\nc1,p1\n", "--dry-run")[0] == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--share", "7"], "a pace is at least one call in some seconds, a share above 0 to 1"),
        (["--journal", "pets.csv"], "the CSV, the journal and the failures are three files"),
        (["--failures", "./pets.csv"], "the CSV, the journal and the failures are three files"),
        (["--journal", "no/j"], "no/j: No such file or directory"),
    ],
)
def test_options_that_cannot_be_are_one_line(link: Any, options: list[str], said: str) -> None:
    status, _, err = link("contact,custom_objects.pet\nc1,p1\n", *options)
    assert (status, err) == (2, f"error: {said}\n")


@pytest.mark.parametrize("options", [["--concurrency", "0"], ["--concurrency", "x"], ["--what"]])
def test_options_that_are_not_understood_are_explained(
    link: Any, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        link("", *options)
    assert raised.value.code == 2
    assert "usage: python -m facade.link" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HIGHLEVEL_TOKEN", "", "the environment variable HIGHLEVEL_TOKEN is not set"),
        ("HIGHLEVEL_LOCATION_ID", "", "the environment variable HIGHLEVEL_LOCATION_ID is not set"),
        ("HIGHLEVEL_TOKEN", "pit-5e-cret", "GET /associations/ answered 401: Invalid Private"),
        ("HIGHLEVEL_LOCATION_ID", "other", "GET /associations/ answered 403: The token does not"),
        ("HIGHLEVEL_BASE_URL", "localhost", "base_url is no"),
    ],
)
def test_an_environment_that_leads_nowhere_is_one_line_without_the_token(
    link: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    status, out, err = link("contact,custom_objects.pet\nc1,p1\n")
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {said}")
    assert err.count("\n") == 1
    assert "cret" not in err


def test_a_missing_file_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.csv", *KEY]) == 2
    assert capsys.readouterr().err == "error: nowhere.csv: No such file or directory\n"


def table(rows: int) -> str:
    lines = [f"contact-{number},pet-{number}" for number in range(rows)]
    return "\n".join(["contact,custom_objects.pet", *lines])


def test_where_it_has_to_stop_it_says_how_to_go_on(
    link: Any, sandbox: Sandbox, folder: Path
) -> None:
    posts = iter(range(999))
    stop = sandbox.misbehave(
        faults.fail(403, message="The token does not have access to this location."),
        on=lambda one: one.method == "POST" and next(posts) >= 30,
    )
    status, out, err = link(table(50))
    assert status == 2
    assert err.startswith("error: POST /associations/relations answered 403: ")
    assert out.splitlines()[-2:] == [
        "Stopped. Run the same command again: it goes on from here.",
        "30 created, 0 existing, 0 failed, 20 not done yet",
    ]
    assert not (folder / "pets.csv.failures.csv").exists()
    stop.stop()
    status, out, _ = link(table(50))
    assert (status, len(related_pairs(sandbox))) == (0, 50)
    assert "30 of them known from pets.csv.journal" in out


def test_the_daily_limit_is_for_tomorrow(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = Sandbox(limit=(1000, 10.0), daily_limit=11)
    seed_owner_pet(sandbox)
    (folder / "pets.csv").write_text(table(50))
    with sandbox.serve() as server:
        monkeypatch.setenv("HIGHLEVEL_BASE_URL", server.url)
        assert main(["pets.csv", *KEY]) == 2
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "Stopped. Run the same command again tomorrow: it goes on from here.",
        "10 created, 0 existing, 0 failed, 40 not done yet",
    ]


def test_ctrl_c_ends_what_is_in_flight_and_says_how_to_go_on(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    seed_owner_pet(sandbox)
    path = tmp_path / "pets.csv"
    path.write_text(table(60))
    command = ["-m", "facade.link", str(path), *KEY]
    with held_process(sandbox, command, at=20) as (process, gate):
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        first = process.stderr.readline()
        gate.opened.set()
        out, err = process.communicate(timeout=30)
    assert first.startswith("Ending what is in flight; Ctrl-C again leaves at once")
    assert (process.returncode, err) == (130, "")
    assert out.splitlines()[-2] == "Interrupted. Run the same command again: it goes on from here."
    made = len(related_pairs(sandbox))
    assert 20 <= made <= 28  # 8 at once
    assert len(path.with_name("pets.csv.journal").read_text().splitlines()) == made + 1


def test_a_second_ctrl_c_leaves_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    seed_owner_pet(sandbox)
    path = tmp_path / "pets.csv"
    path.write_text(table(60))
    with held_process(sandbox, ["-m", "facade.link", str(path), *KEY], at=20) as (process, _):
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130


class Terminal:
    """Somebody looks on, 80 columns wide."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def progress(**fields: Any) -> Progress:
    return Progress(
        **{
            "done": 0,
            "created": 0,
            "existing": 0,
            "failed": 0,
            "resumed": 0,
            "total": 1000,
            "seconds": 0.0,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"done": 100, "seconds": 10.0}, "10.0/s, 2 min left"),
        ({"done": 100, "seconds": 1000.0, "failed": 3}, "0.1/s, 2 h 30 min left, 3 failed"),
        ({"done": 500, "resumed": 400, "seconds": 10.0}, "10.0/s, 50 s left"),
        ({"done": 400, "resumed": 400, "seconds": 1.0}, "from the journal"),
        ({"done": 1000, "seconds": 10.0}, "100.0/s"),
        ({"done": 10, "seconds": 10.0, "total": None}, "1.0/s"),
        ({"done": 10, "seconds": 0.0}, "from the journal"),
    ],
)
def test_progress_tells_rate_and_time_left_of_what_is_sent(
    fields: dict[str, Any], said: str
) -> None:
    assert display.state(progress(**fields)) == said


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    terminal: Any = Terminal()
    with display.display(1000, terminal) as shown:
        assert isinstance(shown, display.Bar)
        shown.show(progress(done=250, seconds=10.0))
        shown.say("[nothing] is markup")
    assert "250/1,000" in terminal.text
    assert "25.0/s, 30 s left" in terminal.text
    assert "[nothing] is markup" in terminal.text


def test_without_rich_a_terminal_gets_lines_and_a_hint_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    terminal: Any = Terminal()
    with display.display(1000, terminal) as shown:
        for seconds in (1.0, 10.0, 15.0, 19.9, 25.0):
            shown.show(progress(done=int(seconds * 10), seconds=seconds))
    assert terminal.text.splitlines() == [
        'for a progress bar: pip install "highlevel-associations[cli]"',
        "100 of 1,000, 10.0/s, 2 min left",
        "250 of 1,000, 10.0/s, 1 min left",
    ]
