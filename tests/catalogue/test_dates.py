"""Dates as written: what is understood, how far it reaches, how it is said, and what is refused and why."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import dates
from catalogue.dates import edtf, vocabulary
from catalogue.dates.edtf import Choice, Point, Span

LANGUAGES = ["nl", "en"]


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("1958-03-14", "1958-03-14"),
        ("14 maart 1958", "1958-03-14"),
        ("14 March 1958", "1958-03-14"),
        ("March 14, 1958", "1958-03-14"),
        ("June 28 1941", "1941-06-28"),
        ("the 14th of March 1958", "1958-03-14"),
        ("14e maart 1958", "1958-03-14"),
        ("vrijdag 14 mrt. 1958", "1958-03-14"),
        ("Fri. 14 Mar 1958", "1958-03-14"),
        ("14-03-1958", "1958-03-14"),
        ("14.3.1958", "1958-03-14"),
        ("14/03/1958", "1958-03-14"),
        ("14 – 03 – 1958", "1958-03-14"),
        ("1958/03/14", "1958-03-14"),
        ("1946-03-25T20:45", "1946-03-25"),
        ("1958 maart 14", "1958-03-14"),
        ("18. August 1959", "1959-08-18"),
        ("3 Dezember 1959", "1959-12-03"),
        ("März 1959", "1959-03"),
        ("june1959", "1959-06"),
        ("June  1950", "1950-06"),
        ("November, 1953", "1953-11"),
        ("03/1958", "1958-03"),
        ("1958/03", "1958-03"),
        ("1979-00-00", "1979"),
        ("1979-03-00", "1979-03"),
        ("in 1958", "1958"),
        ("[1958]", "1958"),
        ("voorjaar 1958", "1958-21"),
        ("summer of 1958", "1958-22"),
        ("herfst 1958", "1958-23"),
        ("winter 1958", "1958-24"),
        ("winter 1958-1959", "1958-24"),
        ("winter 1958/59", "1958-24"),
    ],
)
def test_a_day_month_season_or_year_is_understood(text, normalised):
    assert dates.read(text).edtf == normalised


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("jaren zestig", "196X"),
        ("de jaren '60", "196X"),
        ("jaren 60", "196X"),
        ("jaren 1960", "196X"),
        ("zestiger jaren", "196X"),
        ("the sixties", "196X"),
        ("'50s", "195X"),
        ("1950s", "195X"),
        ("1950's", "195X"),
        ("195-", "195X"),
        ("195?", "195X"),
        ("19--", "19XX"),
        ("20e eeuw", "19XX"),
        ("19th century", "18XX"),
        ("begin jaren zestig", "[1960..1963?]"),
        ("early 1960s", "[1960..1963?]"),
        ("midden jaren '60", "[1964?..1966?]"),
        ("mid-1960s", "[1964?..1966?]"),
        ("eind jaren vijftig", "[1957?..1959]"),
        ("late fifties", "[1957?..1959]"),
        ("begin 1958", "[1958-01..1958-04?]"),
        ("end of March 1958", "[1958-03-22?..1958-03-31]"),
        ("begin 20e eeuw", "[1900..1933?]"),
        ("jaren vijftig en zestig", "{195X,196X}"),
        ("eind jaren vijftig - begin jaren zestig", "1957?/1963?"),
        ("begin of eind 1958", "[1958-01..1958-04?,1958-09?..1958-12]"),
    ],
)
def test_a_decade_or_century_and_its_thirds_are_understood(text, normalised):
    assert dates.read(text).edtf == normalised


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("ca. 1956", "1956~"),
        ("c.1956", "1956~"),
        ("circa 1956", "1956~"),
        ("omstreeks maart 1956", "1956-03~"),
        ("rond 14 maart 1956", "1956-03-14~"),
        ("± 1956", "1956~"),
        ("about 1956", "1956~"),
        ("c. 1950s", "195X~"),
        ("1956?", "1956?"),
        ("1956 (?)", "1956?"),
        ("waarschijnlijk september 1964", "1964-09?"),
        ("September 1964?", "1964-09?"),
        ("probably 1956", "1956?"),
        ("ca. 1922?", "1922%"),
        ("[ca. 1922?]", "1922%"),
        ("waarschijnlijk omstreeks 1922", "1922%"),
        ("1959 of 1960", "[1959,1960]"),
        ("1959 or 1960", "[1959,1960]"),
        ("1958, 1959 of 1960", "[1958,1959,1960]"),
        ("maart of april 1958", "[1958-03,1958-04]"),
        ("14 of 15 maart 1958", "[1958-03-14,1958-03-15]"),
        ("tussen 1959 en 1961", "[1959..1961]"),
        ("nacht van 14 op 15 maart 1958", "1958-03-14/1958-03-15"),
        ("In de nacht van 31 december 1969 op 1 januari 1970", "1969-12-31/1970-01-01"),
        ("night of 14 to 15 March 1958", "1958-03-14/1958-03-15"),
        ("between March 1959 and 1961", "[1959-03..1961]"),
        ("tussen ca. 1959 en 1961", "[1959~..1961]"),
        ("voor 1960", "../1959"),
        ("vóór 14 maart 1960", "../1960-03-13"),
        ("before March 1960", "../1960-02"),
        ("before ca. 1960", "../1959~"),
        ("na 1960", "1961/.."),
        ("after December 1960", "1961-01/.."),
        ("vanaf 1960", "1960/.."),
        ("since the 1960s", "196X/.."),
        ("1958 - heden", "1958/.."),
        ("1958-", "1958/.."),
        ("tot en met 1959", "../1959"),
        ("until 1959", "../1959"),
        ("waarschijnlijk voor 1960", "../1959?"),
    ],
)
def test_doubts_and_limits_are_understood(text, normalised):
    assert dates.read(text).edtf == normalised


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("1959-1961", "1959/1961"),
        ("1959–61", "1959/1961"),
        ("1959/60", "1959/1960"),
        ("1959-'60", "1959/1960"),
        ("van 1959 tot 1961", "1959/1961"),
        ("from 1959 to 1961", "1959/1961"),
        ("1959 t/m 1961", "1959/1961"),
        ("c. 1930-1950", "1930~/1950~"),
        ("c.1940 - c.1946", "1940~/1946~"),
        ("1940 - ca. 1946", "1940/1946~"),
        ("c. 1945-50", "1945~/1950~"),
        ("June 10-12, 1954", "1954-06-10/1954-06-12"),
        ("May 26 - 28,1969", "1969-05-26/1969-05-28"),
        ("April - May 1954", "1954-04/1954-05"),
        ("August - September1970", "1970-08/1970-09"),
        ("June-July, 1972", "1972-06/1972-07"),
        ("December 1945 - January 1946", "1945-12/1946-01"),
        ("14 maart 1958 - 16 maart", "1958-03-14/1958-03-16"),
        ("10-12 mei, 3 juni 1954", "{1954-05-10..1954-05-12,1954-06-03}"),
        ("25 - 26. 05.1979", "1979-05-25/1979-05-26"),
        ("03.-04.01.1988", "1988-01-03/1988-01-04"),
        ("15.-17.2.2007", "2007-02-15/2007-02-17"),
        ("24-25.10.1966", "1966-10-24/1966-10-25"),
        ("8-9.10.1959", "1959-10-08/1959-10-09"),
        ("25 Juni - 18. August 1959", "1959-06-25/1959-08-18"),
        ("March-April 1950", "1950-03/1950-04"),
        ("June/July 1957", "1957-06/1957-07"),
        ("18. + 20.10.1959", "{1959-10-18,1959-10-20}"),
        ("02.+04.04.1969", "{1969-04-02,1969-04-04}"),
        ("05.&06.08.1978", "{1978-08-05,1978-08-06}"),
        ("25, 26 & 30.09 1983", "{1983-09-25,1983-09-26,1983-09-30}"),
        ("20.22.01.1965", "{1965-01-20,1965-01-22}"),
        ("27.04, 01.06.1964", "{1964-04-27,1964-06-01}"),
        ("7./22./23.06, 19.07.1967", "{1967-06-07,1967-06-22,1967-06-23,1967-07-19}"),
        ("29.-30.5.1986, 24.-25.9.1986", "{1986-05-29..1986-05-30,1986-09-24..1986-09-25}"),
    ],
)
def test_spans_and_several_days_are_understood(text, normalised):
    assert dates.read(text).edtf == normalised


@pytest.mark.parametrize(
    ("text", "lo", "hi"),
    [
        ("1958-03-14", 19580314, 19580314),
        ("1956-02", 19560201, 19560229),
        ("1958", 19580101, 19581231),
        ("195X", 19500101, 19591231),
        ("19XX", 19000101, 19991231),
        ("1958-21", 19580301, 19580531),
        ("1959-24", 19591201, 19600229),
        ("1958-XX", 19580101, 19581231),
        ("1985-04-XX", 19850401, 19850430),
        ("1985-XX-XX", 19850101, 19851231),
        ("1958?", 19580101, 19581231),
        ("1958-03-01~", 19580228, 19580302),
        ("1958-01~", 19571201, 19580228),
        ("1958-22~", 19580501, 19580930),
        ("1958~", 19560101, 19601231),
        ("1958%", 19560101, 19601231),
        ("195X~", 19480101, 19611231),
        ("1959/1961-03", 19590101, 19610331),
        ("1930~/1950~", 19280101, 19521231),
        ("1985/..", 19850101, None),
        ("1985/", 19850101, None),
        ("../1985", None, 19851231),
        ("/1985", None, 19851231),
        ("[1667,1668,1670..1672]", 16670101, 16721231),
        ("{1960,1961-12}", 19600101, 19611231),
        ("[..1984]", None, 19841231),
        ("[1984,1990..]", 19840101, None),
        ("0001~", 10101, 31231),
        ("9999-12-31~", 99991230, 99991231),
    ],
)
def test_bounds_are_the_first_and_last_day_that_may_be_meant(text, lo, hi):
    assert dates.bounds(text) == (lo, hi)
    assert (dates.read(text).lo, dates.read(text).hi) == (lo, hi)


@pytest.mark.parametrize(
    "text", ["", "14 maart 1958", "1958-13", "1958-02-30", "1958-3", "../..", "/", "1958//1959", "[]"]
)
def test_what_is_not_edtf_has_no_bounds(text):
    assert dates.bounds(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "note", "suggestion"),
    [
        ("31-02-1958", "no_such_day", "1958-02"),
        ("1958-02-31", "no_such_day", "1958-02"),
        ("29 februari 1957", "no_such_day", "1957-02"),
        ("1958-14-03", "no_such_day", "1958-03-14"),
        ("13/13/1958", "no_such_day", "1958"),
        ("14 maart", "no_year", None),
        ("maart - april", "no_year", None),
        ("14.03.", "no_year", None),
        ("14-03-58", "two_digit_year", "1958-03-14"),
        ("maart '58", "two_digit_year", "1958-03"),
        ("maart 58", "two_digit_year", "1958-03"),
        ("maart '05", "two_digit_year", None),
        ("jaren '10", "two_digit_year", None),
        ("1960-1958", "backwards", "1958/1960"),
        ("1960/1958", "backwards", "1958/1960"),
        ("December - January 1946", "backwards", "1945-12/1946-01"),
        ("", "empty", None),
        (" \n", "empty", None),
        ("z.d.", "undated", None),
        ("[s.d.]", "undated", None),
        ("onbekend", "undated", None),
        ("?", "undated", None),
        ("gisteren", "not_understood", None),
        ("Kerst 1958", "not_understood", None),
        ("c. 194051955", "not_understood", None),
        ("25 - mei 1979", "not_understood", None),
        ("1959 of 1960 en 1961", "not_understood", None),
        ("zestig", "not_understood", None),
        ("tussen 1959", "not_understood", None),
        ("1958 1959", "not_understood", None),
        ("1958 " * 100, "not_understood", None),
    ],
)
def test_what_is_no_date_says_why_and_keeps_its_text(text, note, suggestion):
    reading = dates.read(text)

    assert reading == dates.DateReading(text, note=dates.Note(note), suggestion=suggestion)
    assert dates.show(reading, "nl") == text


@pytest.mark.parametrize(
    ("text", "normalised", "note", "suggestion"),
    [
        ("04.20.1927", "1927-04-20", "month_first", None),
        ("03/04/1958", "1958-04-03", "day_first", None),
        ("1919-21", "1919-21", "season", "1919/1921"),
        ("1900s", "190X", "decade", "19XX"),
    ],
)
def test_an_assumption_is_remarked_on(text, normalised, note, suggestion):
    reading = dates.read(text)

    assert (reading.edtf, reading.note, reading.suggestion) == (normalised, note, suggestion)


@pytest.mark.parametrize("text", ["14.03.1958", "03-04-1958", "04/04/1958", "1958-21", "1910s", "190X"])
def test_the_usual_forms_need_no_remark(text):
    assert dates.read(text).note is None


@pytest.mark.parametrize(
    ("text", "certain", "approximate"),
    [
        ("1958", True, False),
        ("1930-1950", True, False),
        ("ca. 1958", True, True),
        ("1958?", False, False),
        ("ca. 1958?", False, True),
        ("1959 of 1960", False, False),
        ("18 + 20.10.1959", True, False),
        ("begin jaren zestig", False, False),
        ("gisteren", False, False),
    ],
)
def test_a_reading_tells_certain_from_doubtful_and_exact_from_approximate(text, certain, approximate):
    reading = dates.read(text)

    assert (reading.certain, reading.approximate) == (certain, approximate)


@pytest.mark.parametrize(
    ("normalised", "dutch", "english"),
    [
        ("1958-03-14", "14 maart 1958", "14 March 1958"),
        ("1958-03", "maart 1958", "March 1958"),
        ("1958", "1958", "1958"),
        ("196X", "jaren zestig", "1960s"),
        ("189X", "jaren 1890", "1890s"),
        ("19XX", "20e eeuw", "20th century"),
        ("20XX", "21e eeuw", "21st century"),
        ("1958-21", "voorjaar 1958", "spring 1958"),
        ("1958-24", "winter 1958–1959", "winter 1958–1959"),
        ("1956~", "circa 1956", "circa 1956"),
        ("1964-09?", "waarschijnlijk september 1964", "probably September 1964"),
        ("1922%", "waarschijnlijk circa 1922", "probably circa 1922"),
        ("[1959..1961]", "tussen 1959 en 1961", "between 1959 and 1961"),
        ("[1959~..1961]", "tussen circa 1959 en 1961", "between circa 1959 and 1961"),
        ("[1958-03-14..1958-03-16]", "tussen 14 en 16 maart 1958", "between 14 and 16 March 1958"),
        ("[1960..1963?]", "begin jaren zestig", "early 1960s"),
        ("[1964?..1966?]", "midden jaren zestig", "mid-1960s"),
        ("[1957?..1959]", "eind jaren vijftig", "late 1950s"),
        ("[1958-03-01..1958-03-11?]", "begin maart 1958", "early March 1958"),
        ("[1934?..1966?]", "midden 20e eeuw", "mid-20th century"),
        ("[1960..1963]", "tussen 1960 en 1963", "between 1960 and 1963"),
        ("[1959,1960]", "1959 of 1960", "1959 or 1960"),
        ("[1959,1961..1963,1965]", "1959, 1961–1963 of 1965", "1959, 1961–1963 or 1965"),
        ("1959/1961", "1959–1961", "1959–1961"),
        ("1930~/1950~", "circa 1930–1950", "circa 1930–1950"),
        ("1940/1946~", "1940 – circa 1946", "1940 – circa 1946"),
        ("1950-03/1950-04", "maart–april 1950", "March–April 1950"),
        ("1979-05-25/1979-05-26", "25–26 mei 1979", "25–26 May 1979"),
        ("1959-06-25/1959-08-18", "25 juni – 18 augustus 1959", "25 June – 18 August 1959"),
        ("1945-12/1946-01", "december 1945 – januari 1946", "December 1945 – January 1946"),
        ("1958/1960-03", "1958 – maart 1960", "1958 – March 1960"),
        ("1961/..", "vanaf 1961", "from 1961"),
        ("../1959", "vóór 1960", "before 1960"),
        ("../1959-12-31", "vóór 1 januari 1960", "before 1 January 1960"),
        ("../1959?", "waarschijnlijk vóór 1960", "probably before 1960"),
        ("[..1984]", "vóór 1985", "before 1985"),
        ("{1959-10-18,1959-10-20}", "18 en 20 oktober 1959", "18 and 20 October 1959"),
        (
            "{1967-06-07,1967-06-22,1967-07-19}",
            "7, 22 juni en 19 juli 1967",
            "7, 22 June and 19 July 1967",
        ),
        (
            "{1986-05-29..1986-05-30,1986-09-24..1986-09-25}",
            "29–30 mei en 24–25 september 1986",
            "29–30 May and 24–25 September 1986",
        ),
        ("[1958-01..1958-04?,1958-09?..1958-12]", "begin 1958 of eind 1958", "early 1958 or late 1958"),
        ("somewhen", "somewhen", "somewhen"),
    ],
)
def test_a_date_is_said_in_words(normalised, dutch, english):
    assert dates.show(normalised, "nl") == dutch
    assert dates.show(normalised, "en") == english
    assert dates.show(dates.read(normalised), "nl") == dutch


def test_a_language_we_do_not_speak_is_answered_in_english():
    assert dates.show("1958-03", "fy") == "March 1958"


@pytest.mark.parametrize(
    ("normalised", "decade"),
    [
        ("1958-03-14", 1950),
        ("1960~", 1960),
        ("195X", 1950),
        ("195X~", 1950),
        ("1959/1961", 1960),
        ("1959-12-31/1960-01-01", 1950),
        ("1930~/1950~", None),
        ("19XX", None),
        ("1961/..", None),
        ("../1961", None),
        ("", None),
    ],
)
def test_a_date_belongs_to_the_decade_of_its_middle_unless_it_reaches_too_far(normalised, decade):
    assert dates.decade(*dates.bounds(normalised)) == decade


# From here on the cases are made up by the machine.

years = st.integers(1850, 2030).map(str)
days = st.dates(date(1850, 1, 1), date(2030, 12, 31)).map(
    lambda day: Point(f"{day.year}", day.month, day.day)
)
plain_points = st.one_of(
    days,
    st.builds(Point, years, st.integers(1, 12)),
    st.builds(Point, years, st.integers(21, 24)),
    st.builds(Point, years),
    st.integers(185, 203).map(lambda decade: Point(f"{decade}X")),
    st.integers(18, 20).map(lambda century: Point(f"{century}XX")),
)
points = st.builds(
    lambda point, approximate, uncertain: Point(point.year, point.month, point.day, approximate, uncertain),
    plain_points,
    st.booleans(),
    st.booleans(),
)


def spans_of(ends):
    return st.tuples(ends, ends).map(
        lambda pair: Span(*sorted(pair, key=lambda end: dates.bounds(edtf.write(end))))
    )


spans = st.one_of(
    spans_of(points).filter(lambda span: span.start != span.end),
    points.map(lambda point: Span(point, None)),
    points.map(lambda point: Span(None, point)),
)
choices = st.builds(
    Choice,
    st.lists(st.one_of(points, spans), min_size=2, max_size=4).map(tuple),
    is_one_of=st.booleans(),
)
expressions = st.one_of(points, spans, choices).filter(
    lambda expression: dates.read(edtf.write(expression)).note is not dates.Note.BACKWARDS
)
VOCABULARY = [
    word
    for words in (
        vocabulary.MONTHS,
        vocabulary.DECADES,
        vocabulary.MARKS,
        vocabulary.JOINTS,
        vocabulary.FRAMES,
    )
    for word in words
]
near_dates = st.lists(
    st.one_of(
        st.sampled_from(
            [*VOCABULARY, "jaren", "begin", "eind", "1958", "'60", "'60s", "14", "31.", "X", "..", "[", "]"]
        ),
        st.integers(0, 99999).map(str),
        st.sampled_from(" .,-/'?~s"),
    ),
    max_size=8,
).flatmap(lambda words: st.sampled_from(["", " "]).map(lambda space: space.join(words)))


@given(st.one_of(st.text(), near_dates, st.text("0123456789X-/.[]{},~?% ", max_size=24)))
def test_no_text_makes_the_reader_fail_and_every_text_is_kept(text):
    reading = dates.read(text)

    assert reading.text == text
    assert (reading.edtf is None) == (reading.lo is None and reading.hi is None)
    assert reading.edtf is not None or reading.note is not None
    assert reading.lo is None or reading.hi is None or reading.lo <= reading.hi
    assert reading.edtf is not None or dates.show(reading, "nl") == text


@given(st.one_of(near_dates, st.text("0123456789X-/.[]{},~?% ", max_size=24)))
def test_what_was_understood_reads_the_same_again(text):
    reading = dates.read(text)
    if reading.edtf:
        again = dates.read(reading.edtf)

        assert (again.edtf, again.lo, again.hi) == (reading.edtf, reading.lo, reading.hi)
        assert dates.bounds(reading.edtf) == (reading.lo, reading.hi)
    if reading.suggestion:
        assert dates.read(reading.suggestion).edtf == reading.suggestion


@given(expressions)
def test_edtf_is_written_as_it_was_read(expression):
    text = edtf.write(expression)

    assert edtf.parse(text) == expression
    assert dates.read(text).edtf == text


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)), st.sampled_from(LANGUAGES))
def test_an_exact_day_said_in_words_is_the_same_day_when_read(day, lang):
    words = dates.show(day.isoformat(), lang)

    assert dates.read(words).edtf == day.isoformat()
    assert dates.read(words).lo == dates.read(words).hi == int(day.strftime("%Y%m%d"))


@given(
    st.one_of(points, spans_of(plain_points), plain_points.map(lambda end: Span(end, None))),
    st.sampled_from(LANGUAGES),
)
def test_a_date_said_in_words_reaches_as_far_when_read(expression, lang):
    text = edtf.write(expression)

    assert dates.bounds(dates.read(dates.show(text, lang)).edtf or "") == dates.bounds(text)


@given(st.lists(days, min_size=2, max_size=4, unique=True), st.booleans(), st.sampled_from(LANGUAGES))
def test_several_days_said_in_words_are_the_same_days_when_read(members, is_one_of, lang):
    text = edtf.write(Choice(tuple(sorted(members, key=edtf.write)), is_one_of))

    assert dates.read(dates.show(text, lang)).edtf == text


@given(plain_points, st.sampled_from(["begin", "midden", "eind"]), st.sampled_from(LANGUAGES))
def test_a_third_is_given_back_in_words(whole, part, lang):
    reading = dates.read(f"{part} {dates.show(edtf.write(whole), 'nl')}")
    if reading.edtf:
        assert dates.read(dates.show(reading, lang)).edtf == reading.edtf
        assert part in dates.show(reading, "nl")


@given(plain_points)
def test_circa_reaches_further_on_both_sides(point):
    lo, hi = dates.bounds(edtf.write(point))
    wider_lo, wider_hi = dates.bounds(
        edtf.write(Point(point.year, point.month, point.day, is_approximate=True))
    )

    assert wider_lo < lo <= hi < wider_hi


@given(st.dates(date(1850, 1, 2), date(2030, 12, 30)))
def test_before_and_after_a_day_meet_at_that_day(day):
    written = f"{day.day}-{day.month}-{day.year}"

    assert dates.read(f"voor {written}").hi == int((day - timedelta(days=1)).strftime("%Y%m%d"))
    assert dates.read(f"na {written}").lo == int((day + timedelta(days=1)).strftime("%Y%m%d"))
