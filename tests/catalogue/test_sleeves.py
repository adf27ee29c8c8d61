"""Sleeves: well-formed, repeatable, within their view box, and cut from the recording's own sound."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from catalogue import sleeves

seeds = st.text(min_size=1, max_size=40)
peaks = st.lists(st.floats(0, 1), min_size=1, max_size=400)
OPERANDS = {"M": 2, "L": 2, "H": 1, "V": 1, "A": 7, "Z": 0}


@given(seeds, st.none() | peaks)
def test_a_sleeve_is_well_formed_and_lies_within_its_view_box(seed: str, sound: list[float] | None) -> None:
    root = ElementTree.fromstring(sleeves.sleeve(seed, sound))  # noqa: S314 - our own drawing

    assert root.get("viewBox") == "0 0 400 400"
    for x, y in coordinates(root):
        assert 0 <= x <= 400
        assert 0 <= y <= 400


@given(seeds, st.none() | peaks)
def test_the_same_seed_and_sound_give_the_same_sleeve(seed: str, sound: list[float] | None) -> None:
    assert sleeves.sleeve(seed, sound) == sleeves.sleeve(seed, sound)


def test_another_sound_gives_another_sleeve() -> None:
    rising = [i / 200 for i in range(200)]

    for seed in (f"nr-{i}" for i in range(40)):
        assert sleeves.sleeve(seed, rising) != sleeves.sleeve(seed, rising[::-1])


def test_without_sound_the_seed_makes_the_shape() -> None:
    posters = {sleeves.sleeve(f"nr-{i}", None) for i in range(200)}

    assert len(posters) == 200


def test_every_motif_and_palette_comes_up() -> None:
    grounds = {re.search(r'fill="(#\w+)"', sleeves.sleeve(f"nr-{i}", None)).group(1) for i in range(300)}  # type: ignore[union-attr]

    assert grounds == {ground for ground, _, _ in sleeves.PALETTES}


def test_a_sleeve_stays_as_it_was_drawn_first() -> None:
    dice = sleeves.Dice("blauw uur")

    assert [dice.below(1000) for _ in range(3)] == [14, 749, 69]
    assert round(sleeves.invented_peaks("blauw uur")[0], 6) == 0.08


@given(peaks, st.integers(1, 200))
def test_resampling_keeps_the_loudest_moment_and_invents_none(sound: list[float], count: int) -> None:
    resampled = sleeves.resampled(sound, count)

    assert len(resampled) == count
    assert set(resampled) <= set(sound)
    assert max(resampled) == max(sound) or count < len(sound)


@given(peaks)
def test_quiet_and_loud_recordings_are_drawn_equally_large(sound: list[float]) -> None:
    stretched = sleeves.stretched(sound)

    assert min(stretched) >= sleeves.QUIETEST - 1e-9
    assert max(stretched) <= 1 + 1e-9


def coordinates(root: ElementTree.Element) -> Iterator[tuple[float, float]]:
    """Yield the points that the shapes go through."""
    for shape in root:
        if shape.tag.endswith("path"):
            yield from path_points(shape.attrib["d"])
        elif shape.tag.endswith("circle"):
            x, y, radius = (float(shape.attrib[name]) for name in ("cx", "cy", "r"))
            yield from ((x - radius, y - radius), (x + radius, y + radius))


def path_points(path: str) -> Iterator[tuple[float, float]]:
    x = y = 0.0
    for letter, operands in re.findall(r"([MLHVAZ])([^MLHVAZ]*)", path):
        numbers = [float(number) for number in operands.split()]
        assert len(numbers) == OPERANDS[letter]
        if letter == "H":
            x = numbers[0]
        elif letter == "V":
            y = numbers[0]
        elif letter != "Z":
            x, y = numbers[-2:]
        yield x, y
