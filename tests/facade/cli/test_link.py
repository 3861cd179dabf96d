"""Linking the pairs of a CSV: messages, counts, files, and resuming a run."""

import json
import signal
from pathlib import Path
from unittest.mock import patch

from facade.bulk import ensure_many
from facade.testing import Sandbox
from tests.facade.bulk.runs import held_process, related_pairs, seed_owner_pet
from tests.facade.cli.conftest import KEY, Command, csv_of

ROWS = 400
WINDOW = 8 * 16  # pairs that are read before the first of them has its outcome


def test_ctrl_c_finishes_the_requests_in_flight(sandbox: Sandbox, tmp_path: Path) -> None:
    seed_owner_pet(sandbox)
    path = tmp_path / "pets.csv"
    path.write_text(csv_of(ROWS))
    command = ["-m", "facade.link", str(path), *KEY]
    with held_process(sandbox, command, at=20) as (process, gate):
        process.send_signal(signal.SIGINT)
        said = "Finishing the requests in flight; Ctrl-C again exits at once"
        assert process.stderr is not None
        assert any(line.startswith(said) for line in process.stderr)  # after lines of progress
        gate.opened.set()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    created = len(related_pairs(sandbox))
    done = f"{created} created, 0 existing, 0 failed, {ROWS - created} not done yet"
    assert out.splitlines()[-2:] == [
        "Interrupted. Run the same command again: it resumes here.",
        done,
    ]
    assert 20 <= created < 20 + WINDOW < ROWS  # no pair was read after Ctrl-C
    assert len(path.with_name("pets.csv.journal").read_text().splitlines()) == created + 1


def test_with_json_the_output_is_the_numbers_and_the_sentences_are_on_standard_error(
    on_csv: Command, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(sandbox.associations()[-1]["id"], "contact-0", "pet-0")
    given = csv_of(3) + "contact-1,pet-1\nc3,\n"
    counted = ("created", "existing", "related", "done_before", "not_done")
    runs = {
        "--dry-run": {"not_done": 3},
        "--batch=8": {"related": 3},  # its answer does not name the pair that exists
        "--failed-only": {"done_before": 3},
        "--concurrency=3": {"existing": 3},
    }
    with patch("facade.cli.commands.link.ensure_many", wraps=ensure_many) as ensuring:
        for option, numbers in runs.items():
            status, out, err = on_csv("link", given, "--json", option)
            wanted = {"pairs": 3, "failed": 1, **dict.fromkeys(counted, 0), **numbers}
            assert (status, json.loads(out)) == (1, wanted)
            assert "3 pairs, 1 repeated left out, 1 unusable" in err
            assert ("Nothing was sent." in err) == (option == "--dry-run")
    assert [one.kwargs["concurrency"] for one in ensuring.call_args_list] == [8, 8, 3]
