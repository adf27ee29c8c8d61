"""From the content to what is played and drawn: recipes for the band, the course of a piece, sheets for the pen."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive import audio
from catalogue import instruments
from catalogue.demo import inks, sound
from catalogue.demo.band.score import BASSES, CHORDAL, WINDS, Recipe
from catalogue.demo.content import Image, Session, Take, lineup_of
from catalogue.demo.lineups import Part
from catalogue.demo.pictures import Picture

BAND = WINDS | {*CHORDAL, *BASSES, "drums"}
# What the band has under another name, or plays on the nearest thing it has.
STAND_INS = {
    "electric_bass": "bass_guitar",
    "electric_guitar": "guitar",
    "keyboards": "electric_piano",
    "valve_trombone": "trombone",
    "pocket_trumpet": "trumpet",
    "percussion": "drums",
    "congas": "drums",
}
WORDS = {
    "intro": ("Inleiding", "Introduction"),
    "head": ("Thema", "Theme"),
    "solo": ("Solo {}", "{} solo"),
    "fours": ("Uitwisseling in vieren", "Trading fours"),
    "head_out": ("Slotthema", "Closing theme"),
    "applause": ("Applaus", "Applause"),
}
OF_ALL = frozenset({"head", "head_out"})  # played by the whole group


@dataclass(frozen=True)
class Player:
    """One who is heard: the name if known, the instrument in the catalogue's word and in the band's."""

    name: str | None
    instrument: str
    plays: str


@dataclass(frozen=True)
class Stretch:
    """One stretch of a recording, as its page shows it."""

    start_ms: int
    end_ms: int
    label_nl: str
    label_en: str
    who: str


def sounding(lineup: Iterable[Part]) -> list[Player]:
    """List who is heard, each on the main instrument; what the band cannot play is not."""
    players = [
        Player(part.name, part.played[0], STAND_INS.get(part.played[0], part.played[0]))
        for part in lineup
        if part.played
    ]
    return [player for player in players if player.plays in BAND]


def place_of(who: str, players: list[Player]) -> int | None:
    """Find a player by any spelling of the instrument; None if nobody plays it."""
    wanted = instruments.find(who)
    places = (at for at, player in enumerate(players) if wanted and player.instrument == wanted.code)
    return next(places, None)


def of_take(session: Session, take: Take) -> Recipe:
    """Write the recipe of a recording; its shelfmark is the seed."""
    players = sounding(lineup_of(session, take))
    return Recipe(
        seed=int("".join(filter(str.isdigit, take.shelf))),
        tempo=take.play.tempo,
        key=take.play.key,
        form=take.play.form,
        lineup=tuple(player.plays for player in players),
        year=session.year,
        room=session.room,
        seconds=take.play.seconds,
        applause=session.applause,
        course=tuple(
            (label, bars, place_of(who, players) if who else None, tempo)
            for label, bars, who, tempo in take.course
        ),
    )


def course(session: Session, take: Take) -> list[Stretch]:
    """Say what happens in a recording, from start to end."""
    players = sounding(lineup_of(session, take))
    group = "" if take.lineup or len(players) == 1 else session.leader or ""
    stretches = []
    for start, end, label, place in sound.chapters(of_take(session, take)):
        player = None if place is None else players[place]
        nl, en = _words(label, player)
        who = (player.name or "") if player else group if label in OF_ALL else ""
        stretches.append(Stretch(start, end, nl, en, who))
    return stretches


def fragment_start(session: Session, take: Take) -> int:
    """Choose where the fragment begins, in milliseconds: the first solo, if half a minute is left from there."""
    recipe = of_take(session, take)
    solos = [start for start, _end, label, _who in sound.chapters(recipe) if label == "solo"]
    latest = max(0, sound.duration_ms(recipe) - audio.FRAGMENT_MS)
    return min(latest, solos[0] if solos else 0)


def of_image(image: Image) -> Picture:
    """Write the recipe of a picture."""
    chosen = inks.named(image.ink)
    return Picture(
        seed=image.seed,
        subject=image.draw,
        shape=image.shape,
        paper=chosen.paper,
        ink=chosen.ink,
        tint=chosen.tint,
        inks=chosen.inks,
        screen=chosen.screen,
        lines=image.lines,
    )


def _words(label: str, player: Player | None) -> tuple[str, str]:
    nl, en = WORDS[label]
    played = instruments.find(player.instrument) if player else None
    if played is None:
        return nl, en
    return nl.format(played.label_nl.lower()), en.format(played.label_en)
