"""Persistent identifiers: their shape, and the slips of the pen that their check character catches."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import pids

NAAN = "99999"
minted = st.integers().map(lambda seed: pids.mint(NAAN, "nr", token=random.Random(seed).randrange))


def test_a_pid_is_shoulder_blade_and_check_character():
    pid = pids.mint(NAAN, "nr")

    assert re.fullmatch(r"nr[0-9bcdfghjkmnpqrstvwxz]{11}", pid)
    assert pids.is_valid(pid)


def test_the_check_character_is_the_one_of_the_noid_manual():
    assert pids.check_character("13030/xf93gt2") == "q"


def test_pids_are_not_repeated():
    assert len({pids.mint(NAAN, "nr") for _ in range(2000)}) == 2000


def test_the_random_source_decides_the_blade():
    assert pids.mint(NAAN, "nr", blade_length=4, token=lambda below: below - 1)[:-1] == "nrzzzz"


@pytest.mark.parametrize(
    ("naan", "shoulder", "length"),
    [
        ("", "nr", 8),
        ("12/45", "nr", 8),
        (NAAN, "", 8),
        (NAAN, "Nr", 8),
        (NAAN, "na", 8),
        (NAAN, "nr", 0),
        (NAAN, "nr", 26),
    ],
)
def test_what_cannot_stand_in_an_ark_is_not_minted(naan, shoulder, length):
    with pytest.raises(ValueError, match=r"identifier|authority"):
        pids.mint(naan, shoulder, blade_length=length)


def test_the_longest_blade_that_the_check_covers_is_minted():
    assert pids.is_valid(pids.mint(NAAN, "nr", blade_length=25))


@given(st.integers(1, 25), st.integers(), st.data())
def test_every_single_wrong_character_is_detected(length, seed, data):
    pid = pids.mint(NAAN, "nr", blade_length=length, token=random.Random(seed).randrange)
    place = data.draw(st.integers(0, len(pid) - 1))

    for wrong in pids.ALPHABET.replace(pid[place], ""):
        assert not pids.is_valid(pid[:place] + wrong + pid[place + 1 :])


@given(st.integers(1, 25), st.integers())
def test_every_swap_of_neighbours_is_detected(length, seed):
    pid = pids.mint(NAAN, "nr", blade_length=length, token=random.Random(seed).randrange)

    for place in range(len(pid) - 1):
        swapped = pid[:place] + pid[place + 1] + pid[place] + pid[place + 2 :]
        assert swapped == pid or not pids.is_valid(swapped)


@given(st.text())
def test_any_text_may_be_asked_about(text):
    assert pids.normalise(text) is None or pids.is_valid(pids.normalise(text))
    assert pids.is_valid(text) in (True, False)


@given(minted)
def test_a_pid_is_recognised_as_people_write_it(pid):
    spaced = "-".join(re.findall("..?.?.?", pid))

    for written in (
        pid,
        pid.upper(),
        spaced,
        f" {pid}\n",
        spaced.replace("-", "\u2010"),
        pids.ark(pid, NAAN),
        f"ark:{NAAN}/{pid}",
        f"ARK:/{NAAN}/{pid.upper()}",
        f"https://n2t.net/ark:/{NAAN}/{spaced}",
    ):
        assert pids.normalise(written) == pid


@given(minted)
def test_the_ark_carries_the_pid_behind_the_authority(pid):
    assert pids.ark(pid, "12345") == f"ark:/12345/{pid}"


def test_an_ark_needs_an_authority():
    with pytest.raises(ValueError, match="authority"):
        pids.ark(pids.derive("x"), "")


@given(st.text())
def test_a_seed_always_gives_the_same_pid(seed):
    assert pids.derive(seed) == pids.derive(seed)
    assert pids.is_valid(pids.derive(seed))


def test_derived_pids_have_the_shape_of_minted_ones_and_differ_by_seed():
    derived = {pids.derive(f"entry {number}") for number in range(5000)}

    assert len(derived) == 5000
    assert {len(pid) for pid in derived} == {len(pids.mint(NAAN, "nr"))}


def test_the_pid_of_a_seed_does_not_change_with_the_release_of_the_software():
    assert pids.derive("So What") == "nrmc38ff5zfxr"
