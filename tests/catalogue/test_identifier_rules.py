"""Identifiers follow the rules of their schemes: one stored form, and a slip of the pen is noticed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalogue import identifier_rules
from catalogue.identifier_rules import SCHEMES, BadIdentifier, Fault


@pytest.mark.parametrize(
    ("scheme", "typed", "stored"),
    [
        ("isrc", "nl-a50-58-00012", "NLA505800012"),
        ("isrc", "ISRC: NL A50 58 00012", "NLA505800012"),
        ("iswc", "t0345246801", "T-034.524.680-1"),
        ("iswc", "T‐034.524.680‐1", "T-034.524.680-1"),
        ("isni", "0000 0001 2103 2683", "0000000121032683"),
        ("isni", "https://isni.org/isni/0000000121032683", "0000000121032683"),
        ("ipi", "14107338", "00014107338"),
        ("ipi", "i-000000229-7", "I-000000229-7"),
        ("ean", "400 6381 333931", "4006381333931"),
        ("ean", "036000291452", "036000291452"),
        ("wikidata", "https://www.wikidata.org/wiki/q93341?uselang=nl", "Q93341"),
        ("viaf", "http://viaf.org/viaf/44297201/#Davis", "44297201"),
        ("mbid", "8B8A38A9A290456084F63D4466E8D791", "8b8a38a9-a290-4560-84f6-3d4466e8d791"),
        (
            "mbid",
            "https://musicbrainz.org/artist/8b8a38a9-a290-4560-84f6-3d4466e8d791/works",
            "8b8a38a9-a290-4560-84f6-3d4466e8d791",
        ),
        ("discogs", "[r1234567]", "1234567"),
        ("discogs", "https://www.discogs.com/nl/release/1234567-Blauw-uur", "1234567"),
        ("gtaa", "http://data.beeldengeluid.nl/gtaa/89804", "89804"),
        ("geonames", "https://www.geonames.org/2759794/amsterdam.html", "2759794"),
        ("ror", "https://ror.org/05DXPS055", "05dxps055"),
        ("matrix", "  PH  4127-2 ", "PH 4127-2"),
        ("catalogue_no", "P 08057 L", "P 08057 L"),
        ("accession", "1984.0412", "1984.0412"),
        ("a scheme of an import", "x 1", "x 1"),
    ],
)
def test_what_people_type_or_paste_is_kept_in_one_form(scheme: str, typed: str, stored: str) -> None:
    assert identifier_rules.check(scheme, typed) == stored


@pytest.mark.parametrize(
    ("scheme", "typed", "fault"),
    [
        ("isrc", "NL-A50-58-0001", Fault.SHAPE),
        ("iswc", "T-034.524.680-2", Fault.CHECK),
        ("isni", "0000 0001 2103 2684", Fault.CHECK),
        ("ipi", "00014107339", Fault.CHECK),
        ("ean", "4006381333932", Fault.CHECK),
        ("ror", "05dxps056", Fault.CHECK),
        ("wikidata", "93341", Fault.SHAPE),
        ("viaf", "https://www.wikidata.org/wiki/Q93341", Fault.OTHER),
        ("matrix", "https://example.org/", Fault.SHAPE),
        ("matrix", "x" * 101, Fault.SHAPE),
        ("accession", "---", Fault.SHAPE),
        ("isrc", "  ", Fault.EMPTY),
    ],
)
def test_a_bad_one_is_refused_with_what_it_should_look_like(scheme: str, typed: str, fault: Fault) -> None:
    with pytest.raises(BadIdentifier) as refused:
        identifier_rules.check(scheme, typed)

    assert refused.value.fault is fault
    assert refused.value.example == SCHEMES[scheme].example


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_example_follows_its_rule_and_its_stored_form_stays(scheme: str) -> None:
    stored = identifier_rules.check(scheme, SCHEMES[scheme].example)

    assert identifier_rules.check(scheme, stored) == stored


@pytest.mark.parametrize("scheme", [name for name, rule in SCHEMES.items() if rule.address and rule.pasted])
def test_an_address_of_ours_leads_back_to_its_identifier(scheme: str) -> None:
    stored = identifier_rules.check(scheme, SCHEMES[scheme].example)
    address = identifier_rules.address(scheme, stored)

    assert address is not None
    assert identifier_rules.recognise(address) == (scheme, stored)


@pytest.mark.parametrize(
    "offered",
    [*identifier_rules.OF_ENTRIES.values(), identifier_rules.OF_AGENTS, identifier_rules.OF_PLACES],
)
def test_what_is_offered_has_a_rule(offered: tuple[str, ...]) -> None:
    assert set(offered) <= SCHEMES.keys()


@given(st.sampled_from(list(SCHEMES)), st.text(max_size=60))
def test_any_text_is_an_identifier_or_refused_and_what_is_kept_stays(scheme: str, text: str) -> None:
    try:
        stored = identifier_rules.check(scheme, text)
    except BadIdentifier:
        return

    assert identifier_rules.check(scheme, stored) == stored


@given(st.sampled_from(["isni", "ean"]), st.data())
def test_one_wrong_digit_is_always_noticed(scheme: str, data: st.DataObject) -> None:
    right = data.draw(made(scheme))
    place = data.draw(st.sampled_from([at for at, letter in enumerate(right) if letter.isdigit()]))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != right[place]]))

    assert identifier_rules.check(scheme, right)
    with pytest.raises(BadIdentifier):
        identifier_rules.check(scheme, right[:place] + other + right[place + 1 :])


@given(st.sampled_from(["iswc", "isni", "ipi", "ean"]), st.data())
def test_a_wrong_check_digit_is_always_noticed(scheme: str, data: st.DataObject) -> None:
    right = data.draw(made(scheme))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != right[-1]]))

    assert identifier_rules.check(scheme, right)
    with pytest.raises(BadIdentifier):
        identifier_rules.check(scheme, right[:-1] + other)


@given(st.data())
def test_two_digits_of_an_isni_the_wrong_way_round_are_noticed(data: st.DataObject) -> None:
    right = data.draw(made("isni"))
    place = data.draw(st.integers(0, 13))
    assume(right[place] != right[place + 1])

    with pytest.raises(BadIdentifier):
        identifier_rules.check("isni", right[:place] + right[place + 1] + right[place] + right[place + 2 :])


def made(scheme: str) -> st.SearchStrategy[str]:
    """Make right identifiers from any digits, by the rule's own check character."""
    digits = {"iswc": 9, "isni": 15, "ipi": 9, "ean": 12}[scheme]
    finish = {
        "iswc": lambda text: f"T{text}{identifier_rules.iswc_digit(text)}",
        "isni": lambda text: text + identifier_rules.isni_character(text),
        "ipi": lambda text: text + identifier_rules.ipi_digits(text),
        "ean": lambda text: text + identifier_rules.ean_digit(text),
    }[scheme]
    return st.text("0123456789", min_size=digits, max_size=digits).map(finish)
