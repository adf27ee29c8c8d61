"""A few rounds of killing the writer of the index; `python -m tests.journeys.kill_index` does more."""

import subprocess
import sys

import pytest

from tests.journeys.crashing import ROOT

ROUNDS = 10


@pytest.mark.crash
def test_a_writer_killed_at_any_call_leaves_an_index_that_is_whole_and_in_step() -> None:
    # A process of its own forks the others: one that runs tests may have threads, which do not survive that.
    command = [sys.executable, "-m", "tests.journeys.kill_index", "--rounds", str(ROUNDS), "--seed", "7"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr
    assert f"{ROUNDS} rounds" in done.stdout
    assert "all right" in done.stdout
