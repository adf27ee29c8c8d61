"""The drawn pictures: the same each time, no two alike, with their titles and makers inside the file."""

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import ExifTags, Image

from catalogue.demo import pictures
from catalogue.demo.drawing import lettering, scenes
from catalogue.demo.pictures import Picture

TEXT = ("nachtconcert", "zaal katendrecht", "Kwintet Joop Terwindt", "14 maart 1958")


@pytest.mark.parametrize("subject", ["bassist", "poster_moon"])
def test_the_same_picture_comes_out_the_same(subject: str) -> None:
    picture = Picture(7, subject, inks=("#e8452b", "#ffc21a"), lines=TEXT)

    assert pictures.fingerprint(picture) == pictures.fingerprint(picture)


def test_a_seed_makes_another_picture_of_the_same_subject() -> None:
    assert pictures.fingerprint(Picture(1, "portrait")) != pictures.fingerprint(Picture(2, "portrait"))


@pytest.mark.parametrize("subject", sorted(scenes.PHOTOGRAPHS)[::6])
def test_a_photograph_has_lights_and_shadows(subject: str) -> None:
    image = pictures.draw(Picture(3, subject))

    tones = np.asarray(image.convert("L").resize((80, 60)), float)
    assert image.size == (1600, 1200)
    assert tones.std() > 20
    assert 40 < tones.mean() < 215


@pytest.mark.parametrize("subject", sorted(scenes.PRINTS)[::3])
def test_a_print_keeps_to_its_inks(subject: str) -> None:
    text = (*TEXT, "Wie zaterdagnacht de brug overstak hoorde het al van ver.")
    image = pictures.draw(
        Picture(3, subject, "square", "#f1f0ea", "#14151c", inks=("#e8452b", "#ffc21a"), lines=text)
    )

    counted = image.quantize(8, dither=Image.Dither.NONE).getcolors()
    assert counted is not None
    assert len(counted) > 2


@pytest.mark.parametrize("screen", ["tilted", "waves", "rings", "dots"])
def test_every_screen_keeps_dark_dark_and_light_light(screen: str) -> None:
    image = pictures.draw(Picture(2, "hands_on_keys", screen=screen))

    tones = np.asarray(image.convert("L").resize((64, 48)), float)
    assert tones.max() - tones.min() > 120


def test_subjects_look_different_from_each_other() -> None:
    small = {
        subject: np.asarray(pictures.draw(Picture(1, subject)).convert("L").resize((16, 12)), float)
        for subject in ("bassist", "club_front", "turntable", "portrait")
    }

    assert all(np.abs(small[one] - small[other]).mean() > 12 for one, other in combinations(small, 2))


def test_title_creator_and_copyright_travel_in_the_file() -> None:
    data = pictures.jpeg_bytes(
        Image.new("RGB", (40, 30)), "Publiek op de trap", "Theo van Aalst", "© Nachtregister"
    )

    exif = Image.open(io.BytesIO(data)).getexif()
    assert exif[ExifTags.Base.ImageDescription].encode("latin-1").decode() == "Publiek op de trap"
    assert exif[ExifTags.Base.Artist] == "Theo van Aalst"
    assert exif[ExifTags.Base.Copyright].encode("latin-1").decode() == "© Nachtregister"


def test_letters_are_cut_without_their_accents() -> None:
    assert lettering.plain("café – één uur") == "cafe - een uur"


def test_a_text_is_broken_where_it_no_longer_fits() -> None:
    lines = lettering.wrapped("wie zaterdagnacht de brug overstak", 400, 40)

    assert " ".join(lines) == "wie zaterdagnacht de brug overstak"
    assert all(lettering.width_of(line) * 0.4 <= 400 for line in lines)
