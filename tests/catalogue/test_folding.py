"""Folding: which spellings are the same word, and which names are the same name."""

import csv
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import folding

# Marks, letters that change when they are folded, and joiners: where an order of steps would show.
awkward = st.text(st.sampled_from("aIıİßøÅé'’´`ʼ-–\u0301\u0307\u0345\u0338\u200d\u3099か가ﾊﾟﬁŉΣς½™ \u00ad"))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Café de Paris", "cafe de paris"),
        ("Øystein Sevåg", "oystein sevag"),
        ("ŁÓDŹ", "lodz"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Æther Œuvre", "aether oeuvre"),
        ("Þór Đorđe Guðmundur", "thor dorde gudmundur"),
        ("İstanbul Kılıç", "istanbul kilic"),
        ("‘Round Midnight", "'round midnight"),
        ("foto´s", "foto's"),
        ("1958—1960", "1958-1960"),
        ("ﬁlm №\u00a05", "film no 5"),
        ("  Blue\u00ad \tTrain\n", "blue train"),
        ("Ёлка Чайковский", "елка чаиковскии"),
        ("ジャズ", "ジャズ"),
        ("ｼﾞｬｽﾞ", "ジャズ"),
        ("재즈", "재즈"),
        ("Ελλάς", "ελλασ"),
    ],
)
def test_spellings_fold_to_one_form(written, folded):
    assert folding.fold(written) == folded


@given(st.one_of(st.text(), awkward))
def test_folding_what_is_folded_changes_nothing(text):
    folded = folding.fold(text)

    assert folding.fold(folded) == folded
    assert folding.words(folded) == folding.words(text)


def test_every_character_there_is_folds_once_and_for_all():
    for start in range(0, sys.maxunicode, 256):
        folded = folding.fold("".join(map(chr, range(start, start + 256))))

        assert folding.fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("M'Boom", ["mboom", "m", "boom"]),
        ("M’Boom", ["mboom", "m", "boom"]),
        ("foto's", ["fotos", "foto"]),
        ("AC/DC", ["acdc", "ac", "dc"]),
        ("Live '76", ["live", "76", "1976"]),
        ("'05", ["05", "1905", "2005"]),
        ("Big Band", ["big", "band", "bigband"]),
        ("bigband", ["bigband", "big", "band"]),
        ("big-band", ["bigband", "big", "band"]),
        ("J.J. Johnson", ["jj", "j", "johnson"]),
        ("R&B", ["rb", "r", "b"]),
        ("'Round Midnight", ["round", "midnight"]),
        ("Max Roach & Co.", ["max", "roach", "co"]),
        ("NJA-CAS-1958/014", ["njacas1958014", "nja", "cas", "1958", "014"]),
        ("", []),
        ("…?!", []),
    ],
)
def test_a_text_is_found_by_each_way_of_writing_its_words(text, words):
    assert folding.words(text) == words


def test_each_word_keeps_its_own_ways():
    assert folding.readings("M'Boom big band live") == [
        (("mboom",), ("m", "boom")),
        (("big", "band"), ("bigband",)),
        (("live",),),
    ]


def readings_at_once(text):
    """Read a whole text without cutting it at spaces and without remembering anything: the oracle."""
    single = [folding._ways(word) for word in folding._WORD.findall(folding._fold(text))]
    return folding._joined(single, [ways[0][0] for ways in single])


@given(st.one_of(st.text(), awkward, st.lists(st.sampled_from(["Big", "BIG-", "bänd", "band", "be", "bop"]))))
def test_a_text_read_in_pieces_is_read_as_if_at_once(text):
    text = text if isinstance(text, str) else " ".join(text)

    assert folding.fold(text) == folding._fold(text)
    assert folding.readings(text) == readings_at_once(text)


def test_every_character_of_the_first_plane_may_stand_between_others():
    for start in range(0, 0x10000, 1024):
        text = "big".join(map(chr, range(start, start + 1024)))

        assert folding.fold(text) == folding._fold(text)
        assert folding.readings(text) == readings_at_once(text)


def test_the_same_word_is_the_same_object():
    one, other = folding.readings("Blue, blue")

    assert one is other


def test_what_is_remembered_stays_within_bounds(monkeypatch):
    monkeypatch.setattr(folding, "_REMEMBERED", 10)
    memory = folding._Memory(str.upper)

    made = [memory[text] for text in [*map(str, range(100)), "long" * 100]]

    assert made[-1] == "LONG" * 100
    assert len(memory) <= 10


@given(st.text())
def test_words_are_letters_and_digits_only(text):
    assert all(word.isalnum() or any(c.isalnum() for c in word) for word in folding.words(text))
    assert all(not set(word) & set(" '-./&") for word in folding.words(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coltrane, John", "John Coltrane"),
        ("JOHNSON, J.J.", "J. J. Johnson"),
        ("JJ Johnson", "J.J. Johnson"),
        ("Davis, Sammy, Jr.", "Sammy Davis Jr."),
        ("Davis Jr., Sammy", "Sammy Davis, Jr."),
        ("Berg, Cees van den", "Cees van den Berg"),
        ("Henry “Red” Allen", "Henry 'Red' Allen"),
        ("Anita O’Day", "Anita ODay"),
        ("Jean-Paul Mengeon", "Jean Paul Mengeon"),
        ("Aðalsteinn Ásgeirsson", "Adalsteinn Asgeirsson"),
    ],
)
def test_forms_of_one_name_share_a_key(one, other):
    assert folding.name_key(one) == folding.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Joe Burke (2)", "Joe Burke (3)"),
        ("Russell Procope", "Russel Procope"),
        ("Sammy Davis Jr.", "Sammy Davis"),
        ("J.J. Johnson", "J. Johnson"),
        ("Doug Watkins", "DougWatkins"),
    ],
)
def test_names_that_may_be_two_people_do_not_share_a_key(one, other):
    assert folding.name_key(one) != folding.name_key(other)


@given(st.text())
def test_the_key_of_a_key_is_the_key(text):
    key = folding.name_key(text)

    assert folding.name_key(key) == key


def whole_table(a, b):
    """Work out the same distance without a limit, from the definition: the oracle for `distance`."""
    table = {(i, j): max(i, j) for i in range(len(a) + 1) for j in range(len(b) + 1) if 0 in (i, j)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            ways = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i - 1] != b[j - 1])]
            if min(i, j) > 1 and a[i - 2 : i] == b[j - 2 : j][::-1]:
                ways.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(ways)
    return table[len(a), len(b)]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 4))
def test_the_distance_is_the_one_of_the_whole_table_up_to_its_limit(a, b, limit):
    assert folding.distance(a, b, limit) == min(whole_table(a, b), limit + 1)


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("Doug Watkins", "DougWatkins", "same_letters"),
        ("Karel Ruzicka", "Karel Růžička", "same_letters"),
        ("Coltrane, John", "John Coltrane", "same_letters"),
        ("John Coltane", "John Coltrane", "one_slip"),
        ("Gergory Hutchinson", "Gregory Hutchinson", "one_slip"),
        ("Ron McCure", "RonMcClure", "one_slip"),
        ("Curley Russel", "Curly Russell", "two_slips"),
        ("Don Cherry", "Donald Cherry", "short_form"),
        ("Eddie Green", "Freddie Green", "two_people"),
    ],
)
def test_names_that_may_be_one_are_suggested_with_the_reason(one, other, likeness):
    assert folding.suggest_pairs([other, one]) == [(*sorted([one, other]), likeness)]


@pytest.mark.parametrize(
    "names",
    [
        ["Joe Burke (2)", "Joe Burke (3)"],
        ["Joe Burke", "Joe Burke (2)"],
        ["Sammy Davis", "Sammy Davis Jr."],
        ["Sammy Davis Jr.", "Sammy Davis Sr."],
        ["J. Johnson", "K. Johnson"],
        ["J.J. Johnson", "J.C. Johnson"],
        ["Kenny Clark", "Sonny Clark"],
        ["Al Haig", "Al Hall"],
        ["Barry Harris", "Harry Barris"],
        ["Hank Jones", "Sam Jones"],
        ["", "…"],
        ["John Lewis"],
        [],
    ],
)
def test_names_that_are_only_somewhat_alike_are_left_alone(names):
    assert folding.suggest_pairs(names) == []


def test_two_common_first_names_make_a_slip_doubtful():
    names = ["Ray Brown", "Roy Brown"]
    others = ["Ray Bryant", "Roy Haynes", "Ray Nance", "Roy Eldridge"]

    assert folding.suggest_pairs(names) == [(*names, "one_slip")]
    assert folding.suggest_pairs(names + others) == [(*names, "two_people")]


def test_a_doubled_letter_is_a_slip_however_often_it_is_made():
    names = ["John Wiliams", "John Williams", "Tony Wiliams", "Tony Williams"]

    assert folding.suggest_pairs(names) == [(*names[:2], "one_slip"), (*names[2:], "one_slip")]


@given(st.lists(st.text("aeJ. ,2'", max_size=9), max_size=6))
def test_any_list_of_names_may_be_compared(names):
    pairs = folding.suggest_pairs(names)

    assert all(a < b for a, b, _ in pairs)
    assert pairs == folding.suggest_pairs(reversed(names))


CLOSE_IN_THE_LINE_UPS = """
    Adam Rodgers/Adam Rogers, Ar Simmons/Art Simmons, Arnold Fishkin/Arnold Fishkind,
    Curley Russel/Curley Russell, Curley Russel/Curly Russel, Curley Russel/Curly Russell,
    Curley Russell/Curly Russel, Curley Russell/Curly Russell, Curly Russel/Curly Russell,
    Dave Kikoski/David Kikoski, Don Cherry/Donald Cherry, Doug Watkins/DougWatkins,
    Eugen Wright/Eugene Wright, Frank Trumbauer/Frankie Trumbauer, Freddie Green/Freddy Green,
    Gergory Hutchinson/Gregory Hutchinson, J.C. Heard/J.C. Herad, Jack De Johnette/Jack DeJohnette,
    Jamey Haddad/jamey Haddad, Jeff Watts/Jeffrey Watts, Joh Lewis/John Lewis,
    John Coltane/John Coltrane, John Wiliams/John Williams, Jon Herington/Jon Herrington,
    Kenny Clark/Kenny Clarke, Michael Brecker/Michel Brecker, Mulgrew Miller/Mullgrew Miller,
    Peirre Michelat/Pierre Michelot, Percy Health/Percy Heath, Rex Stewart/Rex Stuart,
    Ron McCure/RonMcClure, Roy Eldridge/Roy Eldrige, Roy Hanes/Roy Haynes,
    Russel Procope/Russell Procope, Shelly Mane/Shelly Manne, Tony Wiliams/Tony Williams,
    Wane Shorter/Wayne Shorter, Warne Marsh/Wayne Marsh
"""


@pytest.mark.real_data
def test_the_misspelt_names_of_real_line_ups_are_all_suggested_and_little_else(real_data):
    with (real_data / "recordings" / "wjd_solos.csv").open(encoding="utf-8", newline="") as file:
        lineups = [row["lineup"] for row in csv.DictReader(file)]
    names = {re.sub(r"\(.*", "", credit).strip() for lineup in lineups for credit in lineup.split(";")} - {""}
    expected = {tuple(pair.strip().split("/")) for pair in CLOSE_IN_THE_LINE_UPS.split(",")}

    suggested = {(a, b): likeness for a, b, likeness in folding.suggest_pairs(names)}

    assert len(names) == 497
    assert suggested.keys() - expected == {("Eddie Green", "Freddie Green")}
    assert expected <= suggested.keys()
    assert suggested["Eddie Green", "Freddie Green"] == folding.Likeness.TWO_PEOPLE
