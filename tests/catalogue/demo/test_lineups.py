"""Line-ups in one line: who, on what, who leads, what is not sure."""

import pytest

from catalogue.credits import Certainty, Role
from catalogue.demo import lineups
from catalogue.demo.lineups import Part


def test_a_line_up_is_read_in_its_order() -> None:
    found = lineups.read("*Mies Overgaauw (as, cl) = M. Overgaauw; ~Gerrit Uilenburg (b); ? (dr)")

    assert found == (
        Part(
            "Mies Overgaauw",
            ("alto_saxophone", "clarinet"),
            (),
            leads=True,
            credited_as="M. Overgaauw",
        ),
        Part("Gerrit Uilenburg", ("double_bass",), (), certainty=Certainty.PROBABLE),
        Part(None, ("drums",), ()),
    )


def test_what_is_no_instrument_is_a_role() -> None:
    found = lineups.read("Toos Vermaning (bj, ive); Siem Bosveldt (rce); *Harm Wiekens (cnd)")

    assert [(part.played, part.roles) for part in found] == [
        (("banjo",), (Role.INTERVIEWEE,)),
        ((), (Role.RECORDING_ENGINEER,)),
        ((), (Role.CONDUCTOR,)),
    ]


def test_a_name_without_brackets_has_the_role_of_its_place() -> None:
    found = lineups.read("Lies Hogendoorn; Annie de Wildt (lyr)", Role.COMPOSER)

    assert [(part.name, part.roles) for part in found] == [
        ("Lies Hogendoorn", (Role.COMPOSER,)),
        ("Annie de Wildt", (Role.LYRICIST,)),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Joop Terwindt", "'Joop Terwindt' is not a name with an instrument or a role in brackets"),
        ("Joop Terwindt (tp", "is not a name"),
        ("Joop Terwindt (kazoo)", "'kazoo' is neither an instrument nor a role"),
    ],
)
def test_what_cannot_be_read_is_shown(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint.replace("(", r"\(")):
        lineups.read(text)


def test_leaders_are_those_with_a_star() -> None:
    assert lineups.leaders(
        lineups.read("*Ronald Kartosen (as); *Marleen Duyvesteijn (p); Tom Averinck (dr)")
    ) == [
        "Ronald Kartosen",
        "Marleen Duyvesteijn",
    ]
