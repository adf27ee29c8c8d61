"""A few hundred deliveries through crashes; `python -m tests.journeys.kill_payments` does thousands."""

import subprocess
import sys

import pytest

from tests.journeys.crashing import ROOT


# Lesson 15: what webhook, browser and crash interrupt ends in one state, without timers.
# Lesson 26: an event that comes in many times, even at one moment, is one event.
@pytest.mark.crash
def test_killed_while_the_provider_tells_of_payments_it_keeps_its_books_to_the_cent() -> None:
    options = ("--deliveries", "200", "--orders", "14", "--rounds", "2", "--seed", "11")
    command = [sys.executable, "-m", "tests.journeys.kill_payments", *options]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "books balanced to the cent" in done.stdout
